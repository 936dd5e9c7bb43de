import Core

/// The rules for names and labels:
/// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
/// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
enum KubernetesName {
    /// A name for a job's object that was never used before: the job id and eight random characters, so that with a
    /// job id of at most 54 it is a label's value too, which the cluster makes of it.
    static func fresh(for job: JobID) -> String {
        let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let random = (0..<8).map { _ in characters.randomElement() ?? "x" }
        return "\(job)-" + String(random)
    }

    /// A label's value that stands for any text: the text itself where it can be one, else a hash of it. Two texts may
    /// share a hash, so what a label finds is compared by annotation.
    static func labelValue(for text: String) -> String {
        if !text.isEmpty, isLabelValue(text), !text.hasPrefix(hashPrefix) { return text }
        // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 {
            hash ^= UInt128(byte)
            hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        return hashPrefix + String(hash, radix: 16)
    }

    private static let hashPrefix = "fnv-"

    /// RFC 1123 label: a namespace.
    static func isLabel(_ text: String) -> Bool { isLabel(text[...]) }

    private static func isLabel(_ text: Substring) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == dash }
            && text.utf8.first != dash && text.utf8.last != dash
    }

    /// RFC 1123 subdomain: most objects' names.
    static func isSubdomain(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isQualified(text[...]) }

    static func isLabelKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isQualified(parts[0])
        case 2: return isSubdomain(String(parts[0])) && isQualified(parts[1])
        default: return false
        }
    }

    /// The labels by which the Job controller knows its pods:
    /// https://kubernetes.io/docs/reference/labels-annotations-taints/#batch-kubernetes-io-controller-uid
    static func belongsToJobController(_ key: String) -> Bool {
        ["controller-uid", "job-name"].contains(key) || key.hasPrefix("batch.kubernetes.io/")
    }

    private static func isQualified(_ text: Substring) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last
        else {
            return false
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy {
                isAlphanumeric($0) || $0 == dash || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
    }

    private static let dash = UInt8(ascii: "-")
    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
