// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/origin.h"

namespace goknot {

std::string_view source_kind_name(SourceKind kind) {
  switch (kind) {
    case SourceKind::process:
      return "process";
    case SourceKind::core:
      return "core";
    case SourceKind::text:
      return "text";
    case SourceKind::profile:
      return "profile";
    case SourceKind::delve:
      return "delve";
    case SourceKind::url:
      return "url";
    case SourceKind::history:
      return "history";
  }
  return "text";
}

}  // namespace goknot
