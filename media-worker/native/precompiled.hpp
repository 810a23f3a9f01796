// What nearly every one of the 200 source files includes, compiled once.
//
// Only standard, third-party and generated headers: the worker's own headers use the macro MS_CLASS, which each source
// file defines differently. A header missing here costs seconds, never correctness.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <bitset>
#include <cinttypes>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <numeric>
#include <optional>
#include <ostream>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ankerl/unordered_dense.h>
#include <flatbuffers/flatbuffers.h>
#include <uv.h>

#include "FBS/message.h"
#include "FBS/notification.h"
#include "FBS/request.h"
#include "FBS/response.h"
#include "FBS/worker.h"
