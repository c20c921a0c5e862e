// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/cgroup.h"

#include "tests/support/outside_program.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace goknot::target {

namespace {

const std::string kId(64, 'a');

// A tree of groups made of files.
class Tree {
 public:
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(
        std::filesystem::path(folder_.path() + "/" + name).parent_path());
    folder_.file(name, text);
  }
  Cgroup inspect(std::string_view text) const {
    return inspect_cgroup(text, {.proc = "", .cgroups = folder_.path()});
  }

 private:
  sample::TemporaryFolder folder_;
};

std::string container_of(const std::string& path) {
  const auto container = parse_container(path);
  return container ? container->short_name() + (container->pod.empty() ? "" : " pod") : "none";
}

TEST(Cgroup, ContainersAreKnownByTheirPaths) {
  const std::string pod = "0af4d1c2-1111-2222-3333-444455556666";
  const std::string pod_ = "0af4d1c2_1111_2222_3333_444455556666";
  EXPECT_EQ(container_of("/docker/" + kId), "docker aaaaaaaaaaaa");
  EXPECT_EQ(container_of("/system.slice/docker-" + kId + ".scope"), "docker aaaaaaaaaaaa");
  EXPECT_EQ(container_of("/kubepods/burstable/pod" + pod + "/" + kId), "aaaaaaaaaaaa pod");
  EXPECT_EQ(container_of("/kubepods.slice/kubepods-pod" + pod_ + ".slice/cri-containerd-" + kId +
                         ".scope"),
            "containerd aaaaaaaaaaaa pod");
  EXPECT_EQ(container_of("/machine.slice/libpod-" + kId + ".scope/container"),
            "podman aaaaaaaaaaaa");
  EXPECT_EQ(container_of("/kubepods.slice/crio-" + kId + ".scope"), "cri-o aaaaaaaaaaaa");
  EXPECT_EQ(container_of("/docker/" + kId + "/system.slice/hub.service"), "docker aaaaaaaaaaaa");
  EXPECT_EQ(container_of("/lxc.payload.web/init.scope"), "lxc web");
}

TEST(Cgroup, OtherPathsAreNoContainers) {
  EXPECT_EQ(container_of("/"), "none");
  EXPECT_EQ(container_of("/user.slice/user-1000.slice/session-2.scope"), "none");
  EXPECT_EQ(container_of("/machine.slice/libpod-conmon-" + kId + ".scope"), "none");
  EXPECT_EQ(container_of("/docker/" + std::string(64, 'g')), "none");
  EXPECT_EQ(container_of("/system.slice/docker.service"), "none");
}

TEST(Cgroup, TheTightestLimitAboveCounts) {
  const Tree tree;
  tree.file("a/memory.max", "1000\n");
  tree.file("a/b/memory.max", "max\n");
  tree.file("a/b/cpu.max", "150000 100000\n");
  tree.file("a/cpu.max", "max 100000\n");

  const Cgroup group = tree.inspect("0::/a/b\n");

  EXPECT_EQ(group.path, "/a/b");
  EXPECT_EQ(group.limits.memory_bytes, 1000U);
  EXPECT_EQ(group.limits.cpus, 1.5);
  EXPECT_FALSE(group.frozen);
}

TEST(Cgroup, TheFirstVersionHasATreeForEachController) {
  const Tree tree;
  tree.file("memory/m/memory.limit_in_bytes", "2048\n");
  tree.file("memory/memory.limit_in_bytes", "9223372036854771712\n");
  tree.file("cpu/c/cpu.cfs_quota_us", "-1\n");
  tree.file("cpu/c/cpu.cfs_period_us", "100000\n");
  tree.file("freezer/f/freezer.state", "FROZEN\n");

  const Cgroup group =
      tree.inspect("4:memory:/m\n3:cpu,cpuacct:/c\n2:freezer:/f/g\n1:name=systemd:/\n");

  EXPECT_EQ(group.limits.memory_bytes, 2048U);
  EXPECT_FALSE(group.limits.cpus);
  EXPECT_TRUE(group.frozen);
}

TEST(Cgroup, AFrozenGroupFreezesThoseBelow) {
  const Tree tree;
  tree.file("a/cgroup.events", "populated 1\nfrozen 1\n");
  tree.file("a/b/cgroup.events", "populated 1\nfrozen 0\n");

  EXPECT_TRUE(tree.inspect("0::/a/b\n").frozen);
}

TEST(Cgroup, ThrottlingOfAllGroupsAboveAddsUp) {
  const Tree tree;
  tree.file("a/cpu.stat", "usage_usec 9\nthrottled_usec 3\n");
  tree.file("a/b/cpu.stat", "nr_throttled 1\nthrottled_usec 4\n");
  tree.file("cpu/c/cpu.stat", "nr_periods 5\nthrottled_time 11\n");

  EXPECT_EQ(tree.inspect("0::/a/b\n").throttled_nanos, 7000U);
  EXPECT_EQ(tree.inspect("3:cpu,cpuacct:/c\n").throttled_nanos, 11U);
}

TEST(Cgroup, PathsAboveOurNamespaceAreNotFollowed) {
  const Tree tree;
  tree.file("memory.max", "7\n");

  EXPECT_EQ(tree.inspect("0::/../../etc\n").limits.memory_bytes, 7U);
}

TEST(Cgroup, OtherTextTellsNothing) {
  EXPECT_TRUE(parse_cgroup("").empty());
  EXPECT_TRUE(parse_cgroup("nonsense\n:::\nx:y:/z\n1:cpu\n2:cpu:relative\n").empty());
}

}  // namespace

}  // namespace goknot::target
