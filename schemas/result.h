// An error as a value at library borders.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace rookery {

// What went wrong and what the reader can do about it, in one line.
struct Error {
  std::string message;
};

// Either a value or an Error. value() on an error, or error() on a value, is a bug and throws.
template <class T>
class Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : content_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return std::holds_alternative<T>(content_); }
  explicit operator bool() const { return ok(); }
  T& value() { return std::get<T>(content_); }
  const T& value() const { return std::get<T>(content_); }
  const Error& error() const { return std::get<Error>(content_); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }

 private:
  std::variant<T, Error> content_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace rookery
