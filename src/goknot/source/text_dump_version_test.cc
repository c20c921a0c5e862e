// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_version.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

Origin told(const VersionEvidence& evidence) {
  Origin origin;
  evidence.tell(origin);
  return origin;
}

TEST(VersionEvidence, PathsOfGoItselfNameTheRelease) {
  EXPECT_EQ(go_version_in_path("/usr/local/go1.21.3/src/net/http/server.go"), "go1.21.3");
  EXPECT_EQ(go_version_in_path("/opt/homebrew/Cellar/go/1.26.1/libexec/src/runtime/sema.go"),
            "go1.26.1");
  EXPECT_EQ(go_version_in_path("/usr/lib/go-1.15/src/testing/testing.go"), "go1.15");
  EXPECT_EQ(go_version_in_path(
                "/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.3.linux-amd64/src/os/file.go"),
            "go1.22.3");
  EXPECT_EQ(go_version_in_path("C:/hostedtoolcache/windows/go/1.20.4/x64/src/net/net.go"),
            "go1.20.4");
  EXPECT_EQ(go_version_in_path("/usr/local/go/src/net/net.go"), "");
}

TEST(VersionEvidence, OnlyTheStandardLibraryIsBelieved) {
  VersionEvidence evidence;

  evidence.see(FunctionLine{.name = "main.f"}, "/home/go1.5/src/main.go");

  EXPECT_EQ(told(evidence).go_version, "");
}

TEST(VersionEvidence, ThePathIsExact) {
  VersionEvidence evidence;

  evidence.see(FunctionLine{.name = "net/http.Serve"},
               "/usr/local/go1.21.3/src/net/http/server.go");

  EXPECT_EQ(told(evidence).go_version, "go1.21.3");
  EXPECT_TRUE(told(evidence).go_version_exact);
}

TEST(VersionEvidence, SpellingTellsTheLowestRelease) {
  VersionEvidence evidence;

  evidence.see(FunctionLine{.name = "main.f", .arguments = "0x1?"}, "/src/main.go");
  EXPECT_EQ(told(evidence).go_version, "go1.18");

  evidence.see_status("sync.WaitGroup.Wait");
  EXPECT_EQ(told(evidence).go_version, "go1.24");
  EXPECT_FALSE(told(evidence).go_version_exact);
}

TEST(VersionEvidence, LabelsTellByTheirPlace) {
  VersionEvidence evidence;

  evidence.see(GoroutineHeader{.labels = "a: b", .labels_in_brackets = true});
  EXPECT_EQ(told(evidence).go_version, "go1.26");

  evidence.see(GoroutineHeader{.labels = "a: b"});
  EXPECT_EQ(told(evidence).go_version, "go1.27");
}

}  // namespace
}  // namespace goknot::source
