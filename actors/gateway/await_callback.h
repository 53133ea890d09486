// From callbacks of other threads to coroutines of the io context.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace rookery {

// Calls start(done), suspends until done(value) is called once, from any thread, and goes on with
// the value on the io context. Until then the io context has work and does not run out.
template <class Value, class Start>
boost::asio::awaitable<Value> await_callback(boost::asio::io_context& io, Start start) {
  namespace asio = boost::asio;
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Value)>(
      [&io, start = std::move(start)](auto handler) mutable {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        start(std::function<void(Value)>(
            [&io, resume, work = asio::make_work_guard(io)](Value value) {
              asio::post(io, [resume, value = std::move(value)]() mutable {
                auto go = std::move(*resume);  // nothing of the coroutine stays with the caller
                go(std::move(value));
              });
            }));
      },
      asio::use_awaitable);
}

}  // namespace rookery
