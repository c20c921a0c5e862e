// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/stack_rows.h"

#include "goknot/base/text.h"
#include "tests/support/sample_reports.h"

#include <absl/strings/str_split.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace goknot::output {
namespace {

std::string drawn(const std::vector<StackRow>& rows, std::size_t width = 100,
                  Charset charset = Charset::unicode) {
  return draw_rows(rows, Pen({.charset = charset}), 2, width);
}

TEST(StackRows, PlacesStandInOneColumnAndTheUsersOwnAreMarked) {
  EXPECT_EQ(drawn({{.call = "sync.(*Mutex).Lock", .place = "mutex.go:46"},
                   {.call = "main.f(0x1)", .place = "f.go:3", .own = true}}),
            "  sync.(*Mutex).Lock  mutex.go:46\n"
            "▸ main.f(0x1)         f.go:3\n");
}

TEST(StackRows, AsciiHasAMarkOfItsOwn) {
  EXPECT_EQ(drawn({{.call = "main.f", .place = "f.go:3", .own = true}}, 100, Charset::ascii),
            "> main.f  f.go:3\n");
}

TEST(StackRows, ARemarkStandsBesideOrBelowWhereThereIsRoom) {
  const StackRow row{.call = "main.f", .place = "f.go:3", .remark = "waits: lock mutex Hub.mu"};

  EXPECT_EQ(drawn({row}, 60), "  main.f  f.go:3  waits: lock mutex Hub.mu\n");
  EXPECT_EQ(drawn({row}, 40), "  main.f  f.go:3\n      waits: lock mutex Hub.mu\n");
  EXPECT_EQ(drawn({row}, 26), "  main.f  f.go:3\n      waits: lock mutex\n      Hub.mu\n");
}

TEST(StackRows, TheLineOfSourceStandsBelow) {
  EXPECT_EQ(drawn({{.call = "main.f", .place = "f.go:3", .code = "mu.Lock()\t// \x1b"}}),
            "  main.f  f.go:3\n      mu.Lock()\\t// \\x1b\n");
}

TEST(StackRows, ARowWithoutAPlaceEndsBehindItsCall) {
  EXPECT_EQ(drawn({{.call = "… 3 frames left out", .place = ""},
                   {.call = "a call that is longer than it", .place = "f.go:3"}}),
            "  … 3 frames left out\n  a call that is longer than it  f.go:3\n");
  EXPECT_EQ(drawn({}), "");
}

TEST(StackRows, NamesThatAreTooLongLoseTheirMiddle) {
  const std::string text =
      drawn({{.call = "main." + std::string(500, 'f') + "End(0x1)", .place = "f.go:3"}}, 80);

  EXPECT_LE(width_of(text.substr(0, text.find('\n'))), 80U);
  EXPECT_NE(text.find("End(0x1)  f.go:3\n"), std::string::npos);
}

TEST(StackRows, HostileNamesAreEscapedOnEveryScreen) {
  for (const std::string& name : sample::hostile_names()) {
    for (const std::size_t width : {0U, 1U, 40U, 1000U}) {
      const std::string text = drawn({{name, name.substr(0, 40), name, name, true}}, width);

      EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || c < 0 || c >= ' '; }))
          << name.substr(0, 40);
    }
  }
}

TEST(StackRows, OwnIsWhatIsNotOfGoItself) {
  EXPECT_TRUE(is_own("main.f"));
  EXPECT_TRUE(is_own("golang.org/x/net/http2.(*Server).Serve"));
  EXPECT_FALSE(is_own("net/http.(*Server).Serve"));
  EXPECT_TRUE(is_own("pthread_cond_wait"));
}

}  // namespace
}  // namespace goknot::output
