/// The kind of a ChRIS plugin; only a `ds` gets its input directory as an argument.
public enum PluginType: String, Sendable, Hashable, Codable {
    case ds, fs, ts
}
