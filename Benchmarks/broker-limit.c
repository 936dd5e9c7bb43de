/* The broker's own limit: publishes confirmed messages of one size to one queue, with so many unconfirmed at most.
 *
 *   broker-limit PORT QUEUE KIND SIZE WINDOW SECONDS
 *
 * KIND: stream or quorum; the queue is declared, and deleted in the end. Prints messages a second.
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void check(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    fprintf(stderr, "broker-limit: %s failed\n", what);
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 7) return 64;
    const char *queue = arguments[2];
    size_t size = strtoul(arguments[4], NULL, 10);
    unsigned long window = strtoul(arguments[5], NULL, 10), sent = 0, confirmed = 0;
    double seconds = atof(arguments[6]);

    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (amqp_socket_open(socket, "127.0.0.1", atoi(arguments[1]))) {
        fprintf(stderr, "broker-limit: cannot connect\n");
        return 1;
    }
    check(amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"), "login");
    amqp_channel_open(connection, 1);
    check(amqp_get_rpc_reply(connection), "channel.open");
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes("x-queue-type"),
                                .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes(arguments[3])}};
    amqp_table_t table = {.num_entries = 1, .entries = &entry};
    amqp_queue_declare(connection, 1, amqp_cstring_bytes(queue), 0, 1, 0, 0, table);
    check(amqp_get_rpc_reply(connection), "queue.declare");
    amqp_confirm_select(connection, 1);
    check(amqp_get_rpc_reply(connection), "confirm.select");

    char *body = malloc(size);
    memset(body, 'x', size);
    amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG, .delivery_mode = 2};
    double began = now(), end = began + seconds;
    while (now() < end) {
        while (sent - confirmed < window) {
            amqp_bytes_t bytes = {.len = size, .bytes = body};
            if (amqp_basic_publish(connection, 1, amqp_empty_bytes, amqp_cstring_bytes(queue), 1, 0, &properties, bytes)) return 1;
            sent++;
        }
        amqp_frame_t frame;
        if (amqp_simple_wait_frame(connection, &frame) != AMQP_STATUS_OK) return 1;
        if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) continue;
        amqp_basic_ack_t *ack = frame.payload.method.decoded;
        confirmed = ack->multiple ? ack->delivery_tag : confirmed + 1;
        amqp_maybe_release_buffers(connection);
    }
    printf("%.1f\n", confirmed / (now() - began));
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    return 0;
}
