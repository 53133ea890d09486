#include "guest-agent/agent/map_readers.h"

#include <xcb/xcbext.h>

#include <array>
#include <cstring>

#include "guest-agent/agent/x_reply.h"

namespace rookery::guest {
namespace {

constexpr std::uint8_t kXkbGetMap = 8;  // minor opcode (XKB protocol, appendix D)
constexpr std::uint8_t kFromClient = 1;
constexpr std::uint8_t kClientDied = 3;

std::uint8_t major_opcode(xcb_connection_t* connection, const char* extension) {
  const auto reply = owned(xcb_query_extension_reply(
      connection,
      xcb_query_extension(connection, static_cast<std::uint16_t>(std::strlen(extension)),
                          extension),
      nullptr));
  return reply && reply->present != 0 ? reply->major_opcode : 0;
}

}  // namespace

MapReaders::MapReaders() : connection_(xcb_connect(nullptr, nullptr)) {
  xcb_connection_t* connection = connection_.get();
  const std::uint8_t xkb = major_opcode(connection, "XKEYBOARD");
  if (xkb == 0 || major_opcode(connection, "RECORD") == 0) {
    connection_.reset();
    return;
  }
  std::array<xcb_record_range_t, 2> asking{};
  asking[0].core_requests = {XCB_GET_KEYBOARD_MAPPING, XCB_GET_KEYBOARD_MAPPING};
  asking[0].client_died = 1;
  asking[1].ext_requests.major = {xkb, xkb};
  asking[1].ext_requests.minor = {kXkbGetMap, kXkbGetMap};
  const xcb_record_client_spec_t everybody = XCB_RECORD_CS_ALL_CLIENTS;
  const xcb_record_context_t context = xcb_generate_id(connection);
  const auto refused = owned(xcb_request_check(
      connection, xcb_record_create_context_checked(connection, context, 0, 1, asking.size(),
                                                    &everybody, asking.data())));
  if (refused) {
    connection_.reset();
    return;
  }
  // From here on the server only sends what it records.
  recording_ = xcb_record_enable_context(connection, context);
  xcb_flush(connection);
}

int MapReaders::fd() const { return connection_ ? xcb_get_file_descriptor(connection_.get()) : -1; }

void MapReaders::take(std::int64_t now_us) {
  if (!connection_) return;
  void* raw = nullptr;
  xcb_generic_error_t* error = nullptr;
  while (xcb_poll_for_reply(connection_.get(), recording_.sequence, &raw, &error) != 0) {
    const auto refused = owned(error);
    const auto record = owned(static_cast<xcb_record_enable_context_reply_t*>(raw));
    if (!record) {
      connection_.reset();
      return;
    }
    if (record->category == kFromClient || record->category == kClientDied) {
      asked_us_[record->xid_base] = now_us;
    }
  }
  if (xcb_connection_has_error(connection_.get()) != 0) connection_.reset();
}

std::int64_t MapReaders::asked_us(xcb_window_t window) const {
  if (!connection_) return 0;
  const auto found = asked_us_.find(owner_of(window));
  return found == asked_us_.end() ? 0 : found->second;
}

// The server names a client by the bits that all ids it gave it have in common.
std::uint32_t MapReaders::owner_of(xcb_window_t window) const {
  return window & ~xcb_get_setup(connection_.get())->resource_id_mask;
}

}  // namespace rookery::guest
