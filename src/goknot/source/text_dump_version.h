// SPDX-License-Identifier: Apache-2.0
// What the spelling of a dump says about the Go release that printed it.
#pragma once

#include "goknot/model/origin.h"
#include "goknot/source/text_dump_frame.h"
#include "goknot/source/text_dump_header.h"

#include <string>
#include <string_view>

namespace goknot::source {

// Collects evidence line by line.
class VersionEvidence {
 public:
  // Something that is printed since go1.`minor`.
  void at_least(int minor);
  // A status as printed.
  void see_status(std::string_view status);
  // The rest of a header.
  void see(const GoroutineHeader& header);
  // A frame and its file, as printed.
  void see(const FunctionLine& function, std::string_view file);
  // Adds what was seen elsewhere in the same dump.
  void join(const VersionEvidence& other);
  // Sets go_version and go_version_exact; leaves them if nothing is known.
  void tell(Origin& origin) const;

 private:
  int minor_ = 0;
  std::string exact_;
};

// The release named in the path of a file of Go's own: "go1.21.3" of
// "/usr/local/go1.21.3/src/net/http/server.go", "go1.26.1" of ".../Cellar/go/1.26.1/libexec/src/…".
// Empty if there is none.
std::string go_version_in_path(std::string_view path);

}  // namespace goknot::source
