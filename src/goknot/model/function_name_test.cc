// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/function_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot {
namespace {

struct Case {
  const char* function;
  const char* package;
  const char* type;
  const char* name;
  const char* suffix;
};

class FunctionNameParts : public testing::TestWithParam<Case> {};

TEST_P(FunctionNameParts, AreFound) {
  const FunctionName parts = parse_function_name(GetParam().function);

  EXPECT_EQ(parts.package, GetParam().package);
  EXPECT_EQ(parts.type, GetParam().type);
  EXPECT_EQ(parts.name, GetParam().name);
  EXPECT_EQ(parts.suffix, GetParam().suffix);
}

INSTANTIATE_TEST_SUITE_P(
    Names, FunctionNameParts,
    testing::Values(
        Case{"main.main", "main", "", "main", ""},
        Case{"main.main.func1", "main", "", "main", ".func1"},
        Case{"net/http.(*Server).Serve", "net/http", "Server", "Serve", ""},
        Case{"net/http.HandlerFunc.ServeHTTP", "net/http", "HandlerFunc", "ServeHTTP", ""},
        Case{"example.com/a%2eb.(*Conn[...]).read.func1.2", "example.com/a%2eb", "Conn", "read",
             ".func1.2"},
        Case{"example.com/x.Map[...].Get", "example.com/x", "Map", "Get", ""},
        Case{"example.com/x.Apply[...]", "example.com/x", "", "Apply", ""},
        Case{"example.com/x.Apply[go.shape.int].func1", "example.com/x", "", "Apply", ".func1"},
        Case{"main.(*T).Run-fm", "main", "T", "Run", "-fm"},
        Case{"main.run.gowrap1", "main", "", "run", ".gowrap1"},
        Case{"main.glob..func1", "main", "", "glob.", ".func1"},
        Case{"main.init.0", "main", "", "init", ".0"},
        Case{"main.loop.func2-range1", "main", "", "loop", ".func2-range1"},
        Case{"main.run\u00b7dwrap\u00b71", "main", "", "run", "\u00b7dwrap\u00b71"},
        Case{"panic", "", "", "panic", ""}, Case{"", "", "", "", ""}));

TEST(FunctionName, WhatIsMadeForAGoOrDeferStatementIsAWrapper) {
  EXPECT_TRUE(parse_function_name("main.serve.gowrap1").is_wrapper());
  EXPECT_TRUE(parse_function_name("main.serve.deferwrap2").is_wrapper());
  EXPECT_FALSE(parse_function_name("main.wrap.func1").is_wrapper());
}

TEST(FunctionName, FunctionsOfGoItselfAreKnownByTheirPackage) {
  EXPECT_TRUE(is_standard_function("net/http.(*conn).serve"));
  EXPECT_FALSE(is_standard_function("golang.org/x/net/http2.(*Framer).ReadFrame"));
}

TEST(FunctionName, ShortFormDropsThePath) {
  EXPECT_EQ(short_function("github.com/x/node.(*Hub).Add.func1"), "node.(*Hub).Add.func1");
  EXPECT_EQ(short_function("github.com/nats-io/nats%2ego.(*Conn).readLoop"),
            "nats.go.(*Conn).readLoop");
  EXPECT_EQ(short_function("main.main"), "main.main");
  EXPECT_EQ(short_function("github.com/panjf2000/ants/v2.(*Pool).Submit"), "ants.(*Pool).Submit");
  EXPECT_EQ(short_function("go.etcd.io/etcd/client/v3/naming.Run"), "naming.Run");
  EXPECT_EQ(short_function("example.com/vm.Run"), "vm.Run");
  EXPECT_EQ(short_function("v2.Run"), "v2.Run");
}

TEST(FunctionName, StandardPackagesAreKnown) {
  EXPECT_TRUE(is_standard_package("net/http"));
  EXPECT_FALSE(is_standard_package("main"));
  EXPECT_FALSE(is_standard_package("golang.org/x/net/http2"));
  EXPECT_FALSE(is_standard_package("myserver"));
}

TEST(FunctionName, BaseNameKnowsBothSlashes) {
  EXPECT_EQ(base_name("/a/b.go"), "b.go");
  EXPECT_EQ(base_name("C:\\x\\b.go"), "b.go");
  EXPECT_EQ(base_name("b.go"), "b.go");
}

TEST(FunctionName, TypeArgumentsMayHaveTypesOfTheirOwn) {
  const FunctionName parts =
      parse_function_name("a.com/x.(*Map[go.shape.string,[]a.com/y.T[int]]).Get[...]");

  EXPECT_EQ(parts.package, "a.com/x");
  EXPECT_EQ(parts.type, "Map");
  EXPECT_EQ(parts.name, "Get");
  EXPECT_EQ(parse_function_name("a.com/x.Apply[a.com/y.T]").package, "a.com/x");
}

TEST(FunctionName, WhatIsNotGosIsANameWhole) {
  for (const std::string_view function :
       {"pthread_cond_wait", ".hidden", "a/b/c", "(", "[", "std::thread::run()"}) {
    EXPECT_EQ(parse_function_name(function).name, function);
    EXPECT_EQ(parse_function_name(function).package, "");
  }
}

TEST(FunctionName, ReceiversThatAreNotClosedAreNoReceivers) {
  for (const std::string_view rest : {"(*T", "(*T)", "(*T).", "(*T)x", "()"}) {
    const std::string function = "main." + std::string(rest);
    const FunctionName parts = parse_function_name(function);
    EXPECT_EQ(parts.package, "main") << rest;
    EXPECT_EQ(parts.type, "") << rest;
  }
}

TEST(FunctionName, AnyCutOfANameIsRead) {
  const std::string_view function = "example.com/a%2eb.(*Conn[...]).read.func1.2-range3";

  for (std::size_t size = 0; size <= function.size(); ++size) {
    const FunctionName parts = parse_function_name(function.substr(0, size));
    EXPECT_LE(parts.package.size() + parts.type.size() + parts.name.size() + parts.suffix.size(),
              size);
    EXPECT_LE(short_function(function.substr(0, size)).size(), size);
  }
}

TEST(FunctionName, TheRuntimeIsKnownByItsWholeName) {
  EXPECT_TRUE(is_runtime_package("runtime"));
  EXPECT_TRUE(is_runtime_package("internal/runtime/maps"));
  EXPECT_FALSE(is_runtime_package("runtime/pprof"));
  EXPECT_FALSE(is_runtime_package("runtimes"));
  EXPECT_FALSE(is_runtime_package(""));
}

TEST(FunctionName, OnlyTheFirstElementOfAPathMakesItStandard) {
  EXPECT_TRUE(is_standard_package("vendor/golang.org/x/net/dns"));
  EXPECT_TRUE(is_standard_package("time"));
  EXPECT_FALSE(is_standard_package("times"));
  EXPECT_FALSE(is_standard_package("app/net/http"));
  EXPECT_FALSE(is_standard_package(""));
}

}  // namespace
}  // namespace goknot
