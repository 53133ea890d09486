#include "actors/gateway/client_socket.h"

#include <sstream>

namespace rookery {

ClientSocket::ClientSocket(Tcp::socket socket, SSL_CTX* tls)
    : socket_(std::move(socket)), sealed_(tls != nullptr) {
  error_code ignored;
  const Tcp::endpoint remote = socket_.remote_endpoint(ignored);
  remote_address_ = remote.address().to_string();
  std::ostringstream with_port;
  with_port << remote;
  socket_.set_option(Tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
  stream_ = make_socket_stream(socket_.native_handle(), tls, with_port.str());
}

void ClientSocket::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void ClientSocket::shutdown_send() {
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

std::unique_ptr<ByteStream> ClientSocket::release(std::string early) {
  error_code failure;
  socket_.release(failure);
  if (failure) return nullptr;
  stream_->adopt(std::move(early));
  return std::move(stream_);
}

// TLS that does not want to write wants to read, whatever it was asked to do.
ClientSocket::Tcp::socket::wait_type ClientSocket::blocked(Tcp::socket::wait_type direction) const {
  return sealed_ ? Tcp::socket::wait_read : direction;
}

std::ptrdiff_t ClientSocket::read(const boost::asio::mutable_buffer& into) {
  return stream_->read({static_cast<std::uint8_t*>(into.data()), into.size()});
}

std::ptrdiff_t ClientSocket::write() { return stream_->write(outgoing_); }

}  // namespace rookery
