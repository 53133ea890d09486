// One file of the browser's page.
#pragma once

#include <string_view>

namespace rookery {

// One file in up to three forms; the compressed ones are empty when they do not pay. The bytes live
// as long as the process.
struct PageFile {
  std::string_view name;  // "index.html", "assets/page-0123456789ab.js"
  std::string_view plain;
  std::string_view gzip;
  std::string_view brotli;
};

}  // namespace rookery
