/// GET `/api/v1/`. As in all answers here, properties have the names that stand on the wire.
struct ServiceAnswer: Decodable {
    let container_env: String
}
