/// The word "geheim" as the access file has it, made by mkpasswd and sha256sum.
enum Secrets {
    static let yescrypt = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$iLMagHjBvrahXhlULvb9yW5faxBRfc3sREKM24WCe2C"
    static let bcrypt = "$2b$04$sPE6QQ6QkWj0H.qtAhnl0O80kfnpGtYmYM4Bsm5KJ4i5EDOKnhsOq"
    static let digest = "sha256:addb0f5e7826c857d7376d1bd9bc33c0c544790a2eac96144a8af22b1298c940"
}
