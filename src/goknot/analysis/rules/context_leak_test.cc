// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

constexpr std::string_view kBodies = R"(
    1 [running]
      main.main() main.go:12
    100-129 [select, 7 minutes]
      net/http.(*persistConn).readLoop(0xc00019e000) transport.go:2205
      by net/http.(*Transport).dialConn in 9)";

constexpr std::string_view kReaders = R"(
    200-219 [IO wait, 7 minutes]
      netread
      net/http.(*body).Read(0xc00019e000) transfer.go:837
      net/http.(*bodyEOFSignal).Read(0xc00019e000) transport.go:2779
      main.watch() main.go:40
      by main.main in 1)";

//     resp, err := http.Get(url)
//     if resp.StatusCode != 200 { return errStatus }    // without resp.Body.Close()
TEST(ContextLeak, OldBodiesThatNobodyReadsAreForgotten) {
  const Diagnosis d = diagnose_dump(sketch(kBodies));

  ASSERT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(d.findings[0].rule, "context-leak");
  EXPECT_EQ(d.findings[0].severity, Severity::leak);
  EXPECT_EQ(d.findings[0].grade, Grade::possible);
  EXPECT_EQ(d.findings[0].root_count, 30U);
  EXPECT_NE(d.findings[0].advice.find("Body.Close"), std::string::npos);
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

// One reader for some of the bodies is enough to say that this program keeps answers open on
// purpose.
TEST(ContextLeak, BodiesThatAreReadAreStreams) {
  EXPECT_EQ(findings_of(sketch(std::string(kBodies) + std::string(kReaders))), "");
}

TEST(ContextLeak, YoungBodiesAreWork) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    100-129 [select, 2 minutes]
      net/http.(*persistConn).readLoop(0xc00019e000) transport.go:2205
      by net/http.(*Transport).dialConn in 9)")),
            "");
}

//     tx, err := db.BeginTx(ctx, nil)
//     if bad { return }      // neither Commit nor Rollback: the connection stays out
// and with db.SetMaxOpenConns all others queue in (*DB).conn.
TEST(ContextLeak, WhoWaitsForAConnectionIsBehindTheOpenTransactions) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    10-14 [chan receive, 9 minutes]
      database/sql.(*Tx).awaitDone(0xc00019e000) sql.go:2220
      by database/sql.(*DB).beginDC in 1
    20-22 [select, 8 minutes]
      database/sql.(*DB).conn(0xc0000b0000) sql.go:1393
      database/sql.(*DB).QueryContext(0xc0000b0000) sql.go:1770
      main.list() main.go:40
      by main.main in 1)")),
            "context-leak orphan deadlock possible: 10 11 12 13 14 < 20 21 22");
}

TEST(ContextLeak, AQueueForAPoolAloneIsAWarning) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-24 [select, 8 minutes]
      database/sql.(*DB).conn(0xc0000b0000) sql.go:1393
      database/sql.(*DB).QueryContext(0xc0000b0000) sql.go:1770
      main.list() main.go:40
      by main.main in 1)")),
            "context-leak none warning possible: 20 21 22 23 24");
}

TEST(ContextLeak, WithoutAgesOnlyACrowdCounts) {
  const auto profile = [](int count) {
    return "goroutine profile: total " + std::to_string(count + 1) + "\n" + std::to_string(count) +
           " @ 0x1 0x2\n#\t0x1\tnet/http.(*persistConn).readLoop+0x45\t/go/transport.go:2205\n\n"
           "1 @ 0x3 0x4\n#\t0x3\tmain.main+0x45\t/src/main.go:5\n";
  };

  EXPECT_EQ(findings_of(profile(399)), "");
  EXPECT_EQ(findings_of(profile(400)), "context-leak orphan leak possible: 400 \u00d7");
}

}  // namespace
}  // namespace goknot::analysis
