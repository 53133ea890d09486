#include "eventstore/event_log.h"

#include <future>
#include <utility>

namespace rookery {

AppendResult append_and_wait(EventLog& log, Append append) {
  // Shared: the waiter may be gone before set_value() has returned.
  auto promise = std::make_shared<std::promise<AppendResult>>();
  auto result = promise->get_future();
  log.append(std::move(append),
             [promise](AppendResult outcome) { promise->set_value(std::move(outcome)); });
  return result.get();
}

}  // namespace rookery
