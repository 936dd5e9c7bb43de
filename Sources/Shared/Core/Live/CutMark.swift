/// The line in front of a text whose beginning a bound on bytes has cut off.
public enum CutMark {
    public static let text = "[... earlier output left out ...]\n"
}
