// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/result.h"

namespace goknot {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::io:
      return "io";
    case Kind::denied:
      return "denied";
    case Kind::not_found:
      return "not_found";
    case Kind::damaged:
      return "damaged";
    case Kind::unsupported:
      return "unsupported";
    case Kind::usage:
      return "usage";
    case Kind::interrupted:
      return "interrupted";
  }
  return "io";
}

Error Error::with(std::string_view context) && {
  message.insert(0, std::string(context) + ": ");
  return std::move(*this);
}

}  // namespace goknot
