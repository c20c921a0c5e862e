// SPDX-License-Identifier: Apache-2.0
// The page, also as a browser without a network sees it.
#include "goknot/embedded.h"
#include "goknot/output/output.h"
#include "goknot/output/page_columns.h"
#include "tests/support/outside_program.h"
#include "tests/support/sample_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::output {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const Report& report) {
  StringSink sink;
  const auto done = find_output("html")->write(report, {}, sink);
  EXPECT_TRUE(done) << done.error().message;
  return sink.text();
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    count++;
  }
  return count;
}

TEST(HtmlPage, HasAPolicyThatAllowsNothingFromElsewhere) {
  const std::string page = page_of(sample::report_of(sample::hub()));

  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-")));
  for (const char* loader : {"src=\"", "href=\"", "url(h", "@import", "https:", "fetch("}) {
    EXPECT_THAT(page, Not(HasSubstr(loader)));
  }
}

TEST(HtmlPage, OurOwnScriptsCannotEndTheirElement) {
  for (const std::string_view script : {embedded::page_data_js, embedded::page_graph_js,
                                        embedded::page_list_js, embedded::page_js}) {
    EXPECT_EQ(script.find("</"), std::string_view::npos);
    EXPECT_EQ(script.find("innerHTML"), std::string_view::npos);
    EXPECT_EQ(script.find("eval"), std::string_view::npos);
  }
}

TEST(HtmlPage, NamesNeverBecomeMarkup) {
  const std::string plain = page_of(sample::report_of(sample::hostile("harmless")));
  for (const std::string& name : sample::hostile_names()) {
    const std::string page = page_of(sample::report_of(sample::hostile(name)));

    EXPECT_EQ(count_of(page, "<script"), count_of(plain, "<script")) << name.substr(0, 40);
    EXPECT_EQ(count_of(page, "</script"), count_of(plain, "</script"));
    EXPECT_EQ(count_of(page, "<img"), 0U);
    EXPECT_EQ(count_of(page, "\x1b"), 0U);
    EXPECT_EQ(count_of(page, "\u202e"), 0U);
  }
}

TEST(HtmlPage, LongNamesAreShortened) {
  EXPECT_LT(page_of(sample::report_of(sample::hostile(std::string(1 << 20, 'A')))).size(), 400000U);
}

TEST(HtmlPage, AHundredThousandGoroutinesTakeAFewMegabytes) {
  const Series series = sample::series(100000);
  Report report = sample::report_of(sample::hub());
  report.series = &series;

  const std::string page = page_of(report);

  EXPECT_LT(page.size(), 8U << 20);
  EXPECT_THAT(page, HasSubstr("\"rows\":100000"));
}

TEST(HtmlPage, AnAnswerWithoutADiagnosisIsAnError) {
  StringSink sink;

  EXPECT_FALSE(find_output("html")->write(sample::list_report(), {}, sink));
}

TEST(ScriptSafe, EscapesOnlyWhatAnElementCouldEndWith) {
  EXPECT_EQ(script_safe(R"({"a":"</script>&"})"), R"({"a":"\u003c/script\u003e\u0026"})");
}

class PageInABrowser : public testing::Test {
 protected:
  void SetUp() override {
    const auto browser = sample::find_program({"chromium", "chromium-browser", "google-chrome"});
    if (!browser) GTEST_SKIP() << "needs chromium";
    browser_ = *browser;
  }

  // The page after its scripts ran, and what the browser had to say about them.
  std::string opened(const Report& report, const std::string& fragment = "") {
    const std::string file = folder_.file("report.html", page_of(report));
    const auto ended = sample::run_program(
        {browser_, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--user-data-dir=" + folder_.path() + "/profile", "--enable-logging=stderr",
         "--virtual-time-budget=3000", "--dump-dom", "file://" + file + fragment});
    EXPECT_EQ(ended.status, 0) << ended.text.substr(0, 2000);
    EXPECT_THAT(ended.text, Not(HasSubstr("Uncaught")));
    EXPECT_THAT(ended.text, Not(HasSubstr("Refused to")));
    return ended.text;
  }

  sample::TemporaryFolder folder_;
  std::string browser_;
};

TEST_F(PageInABrowser, ShowsVerdictFindingsPictureGroupsAndGoroutines) {
  const Series series = sample::series(300);
  Report report = sample::report_of(sample::hub());
  report.series = &series;

  const std::string page = opened(report);

  EXPECT_THAT(page, HasSubstr("<b>DEADLOCK, likely.</b>"));
  EXPECT_EQ(count_of(page, "<article class=\"card\">"), 1U);
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, HasSubstr("4 groups, 4,663 goroutines"));
  EXPECT_THAT(page, HasSubstr("300 goroutines"));
  EXPECT_GT(count_of(page, "<div class=\"row\""), 10U);
}

TEST_F(PageInABrowser, FindsGoroutinesByEveryWordOfASearch) {
  const Series series = sample::series(300);
  Report report = sample::report_of(sample::hub());
  report.series = &series;

  EXPECT_THAT(opened(report, "#search=handle4+mutex"), HasSubstr("30 of 300 goroutines"));
  EXPECT_THAT(opened(report, "#search=user=&search=x"), HasSubstr("100 of 300 goroutines"));
  EXPECT_THAT(opened(report, "#search=id:7"), HasSubstr("1 of 300 goroutines"));
}

TEST_F(PageInABrowser, ShowsTheStackOfAGoroutineByItsId) {
  const Series series = sample::series(300);
  Report report = sample::report_of(sample::hub());
  report.series = &series;

  const std::string page = opened(report, "#goroutine=42");

  EXPECT_THAT(page, HasSubstr("<h3>goroutine 42</h3>"));
  EXPECT_THAT(page, HasSubstr("(0xc000105e00, 0x1?)"));
}

TEST_F(PageInABrowser, ShowsHostileNamesAsText) {
  const Series series = sample::series(40);
  Report report = sample::report_of(sample::hostile("</script><img src=x onerror=alert(1)>"));
  report.series = &series;

  const std::string page = opened(report);

  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"));
  EXPECT_EQ(count_of(page, "<img"), 0U);
}

TEST_F(PageInABrowser, StaysUsableWithAHundredThousandGoroutines) {
  const Series series = sample::series(100000);
  Report report = sample::report_of(sample::many_findings());
  report.series = &series;

  const std::string page = opened(report);

  EXPECT_THAT(page, HasSubstr("100,000 goroutines"));
  EXPECT_LT(count_of(page, "<div class=\"row\""), 100U);
}

TEST_F(PageInABrowser, IsCalmAboutAHealthyProgram) {
  const std::string page = opened(sample::report_of(sample::healthy()));

  EXPECT_THAT(page, HasSubstr("class=\"verdict good\""));
  EXPECT_THAT(page, HasSubstr("Waiting as they should"));
  EXPECT_THAT(page, Not(HasSubstr("<svg")));
}

}  // namespace
}  // namespace goknot::output
