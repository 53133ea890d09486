// The page of tools/web as it was built into this program; empty when it was not.
#pragma once

#include <vector>

#include "actors/gateway/page_file.h"

namespace rookery {

std::vector<PageFile> web_page_files();

}  // namespace rookery
