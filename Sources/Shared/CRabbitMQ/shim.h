#ifndef PMAN_CRABBITMQ_SHIM_H
#define PMAN_CRABBITMQ_SHIM_H
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/* Casts and flags that Swift does not import from macros. */
#define PMAN_METHOD(name) static const amqp_method_number_t RMQ_##name = AMQP_##name##_METHOD
PMAN_METHOD(CONNECTION_CLOSE);
PMAN_METHOD(CONNECTION_CLOSE_OK);
PMAN_METHOD(CONNECTION_BLOCKED);
PMAN_METHOD(CONNECTION_UNBLOCKED);
PMAN_METHOD(CHANNEL_OPEN);
PMAN_METHOD(CHANNEL_OPEN_OK);
PMAN_METHOD(CHANNEL_CLOSE);
PMAN_METHOD(CHANNEL_CLOSE_OK);
PMAN_METHOD(CONFIRM_SELECT);
PMAN_METHOD(CONFIRM_SELECT_OK);
PMAN_METHOD(EXCHANGE_DECLARE);
PMAN_METHOD(EXCHANGE_DECLARE_OK);
PMAN_METHOD(QUEUE_DECLARE);
PMAN_METHOD(QUEUE_DECLARE_OK);
PMAN_METHOD(QUEUE_BIND);
PMAN_METHOD(QUEUE_BIND_OK);
PMAN_METHOD(QUEUE_DELETE);
PMAN_METHOD(QUEUE_DELETE_OK);
PMAN_METHOD(BASIC_QOS);
PMAN_METHOD(BASIC_QOS_OK);
PMAN_METHOD(BASIC_CONSUME);
PMAN_METHOD(BASIC_CONSUME_OK);
PMAN_METHOD(BASIC_CANCEL);
PMAN_METHOD(BASIC_CANCEL_OK);
PMAN_METHOD(BASIC_DELIVER);
PMAN_METHOD(BASIC_RETURN);
PMAN_METHOD(BASIC_ACK);
PMAN_METHOD(BASIC_NACK);
PMAN_METHOD(BASIC_REJECT);
#undef PMAN_METHOD

#define PMAN_PROPERTY(name) static const amqp_flags_t RMQ_##name##_FLAG = AMQP_BASIC_##name##_FLAG
PMAN_PROPERTY(CONTENT_TYPE);
PMAN_PROPERTY(HEADERS);
PMAN_PROPERTY(DELIVERY_MODE);
PMAN_PROPERTY(CORRELATION_ID);
PMAN_PROPERTY(REPLY_TO);
PMAN_PROPERTY(EXPIRATION);
PMAN_PROPERTY(MESSAGE_ID);
PMAN_PROPERTY(TIMESTAMP);
PMAN_PROPERTY(TYPE);
#undef PMAN_PROPERTY

/* amqp_login_with_properties is variadic. */
static inline amqp_rpc_reply_t rmq_login_plain(
    amqp_connection_state_t connection, const char *virtual_host, int channel_max, int frame_max, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
  return amqp_login_with_properties(connection, virtual_host, channel_max, frame_max, heartbeat, properties,
                                    AMQP_SASL_METHOD_PLAIN, user, password);
}
#endif
