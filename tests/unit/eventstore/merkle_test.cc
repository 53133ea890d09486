#include "eventstore/merkle.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <string>

using namespace rookery;

namespace {

std::string hex(const Hash256& hash) {
  std::string text;
  for (const std::uint8_t byte : hash) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The tree as RFC 6962 section 2.1 writes it down, by recursion over all leaves.
Hash256 root_by_definition(LeafHasher& hasher, const std::vector<Hash256>& leaves,
                           std::size_t begin, std::size_t end) {
  if (begin == end) return empty_tree_root();
  if (end - begin == 1) return leaves[begin];
  std::size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return hasher.node(root_by_definition(hasher, leaves, begin, begin + split),
                     root_by_definition(hasher, leaves, begin + split, end));
}

// A growing tree that keeps every perfect subtree.
struct Tree {
  void add(const Hash256& leaf) {
    nodes[{0, frontier.size()}] = leaf;
    leaves.push_back(leaf);
    frontier.add(hasher, leaf, [&](unsigned height, std::uint64_t index, const Hash256& root) {
      nodes[{height, index}] = root;
    });
    heads.push_back(frontier.head(hasher));
  }
  SubtreeReader reader() const {
    return [this](unsigned height, std::uint64_t index) -> Result<Hash256> {
      const auto found = nodes.find({height, index});
      if (found == nodes.end()) return Error{"not stored"};
      return found->second;
    };
  }

  LeafHasher hasher;
  MerkleFrontier frontier;
  std::vector<Hash256> leaves;
  std::vector<TreeHead> heads;  // heads[n - 1]: after n leaves
  std::map<std::pair<unsigned, std::uint64_t>, Hash256> nodes;
};

struct Grown : Tree {
  Grown() {
    for (int i = 0; i < 70; ++i) add(hasher.leaf("leaf " + std::to_string(i)));
  }
};

}  // namespace

// The leaves and roots that Certificate Transparency's own test suite publishes.
BOOST_AUTO_TEST_CASE(roots_are_those_of_the_published_test_vectors) {
  const std::pair<std::string, std::string> published[] = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {std::string(1, '\0'), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"\x40\x41\x42\x43", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"\x50\x51\x52\x53\x54\x55\x56\x57",
       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
  Tree tree;
  BOOST_TEST(hex(tree.frontier.root(tree.hasher)) ==
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const auto& [leaf, root] : published) {
    tree.add(tree.hasher.leaf(leaf));
    BOOST_TEST(hex(tree.frontier.root(tree.hasher)) == root);
  }
}

BOOST_FIXTURE_TEST_CASE(the_frontier_agrees_with_the_definition_at_every_size, Grown) {
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    BOOST_TEST((heads[size - 1].root == root_by_definition(hasher, leaves, 0, size)));
    BOOST_TEST((*tree_root(reader(), size) == heads[size - 1].root));
  }
}

BOOST_FIXTURE_TEST_CASE(every_leaf_of_every_size_is_proven, Grown) {
  for (const TreeHead& head : heads) {
    for (std::uint64_t index = 0; index < head.size; ++index) {
      const auto proof = inclusion_proof(reader(), index, head.size);
      BOOST_REQUIRE(proof.ok());
      BOOST_TEST(verify_inclusion(leaves[index], index, head, *proof));
      BOOST_TEST(!verify_inclusion(leaves[(index + 1) % 70], index, head, *proof));
      if (index + 1 < head.size) {
        BOOST_TEST(!verify_inclusion(leaves[index], index + 1, head, *proof));
      }
    }
    BOOST_TEST(!inclusion_proof(reader(), head.size, head.size).ok());
  }
}

BOOST_FIXTURE_TEST_CASE(every_tree_is_proven_to_begin_with_every_older_one, Grown) {
  for (const TreeHead& older : heads) {
    for (const TreeHead& newer : heads) {
      if (older.size > newer.size) continue;
      const auto proof = consistency_proof(reader(), older.size, newer.size);
      BOOST_REQUIRE(proof.ok());
      BOOST_TEST(verify_consistency(older, newer, *proof));
      TreeHead forked = older;
      forked.root[0] ^= 1;
      BOOST_TEST(!verify_consistency(forked, newer, *proof));
      forked = newer;
      forked.root[31] ^= 0x80;
      BOOST_TEST(!verify_consistency(older, forked, *proof));
    }
  }
  BOOST_TEST(!consistency_proof(reader(), 0, 5).ok());
  BOOST_TEST(!consistency_proof(reader(), 6, 5).ok());
}

BOOST_FIXTURE_TEST_CASE(a_proof_that_was_touched_proves_nothing, Grown) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const TreeHead& newer = heads[random() % heads.size()];
    const TreeHead& older = heads[random() % newer.size];
    const std::uint64_t index = random() % newer.size;
    auto inclusion = *inclusion_proof(reader(), index, newer.size);
    auto consistency = *consistency_proof(reader(), older.size, newer.size);
    for (auto* proof : {&inclusion, &consistency}) {
      switch (random() % 3) {
        case 0:
          proof->push_back(leaves[0]);
          break;
        case 1:
          if (proof->empty()) continue;
          proof->pop_back();
          break;
        default:
          if (proof->empty()) continue;
          (*proof)[random() % proof->size()][random() % 32] ^= 1 << (random() % 8);
      }
      BOOST_TEST(!(proof == &inclusion ? verify_inclusion(leaves[index], index, newer, *proof)
                                       : verify_consistency(older, newer, *proof)));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_frontier_goes_on_from_stored_subtrees, Grown) {
  MerkleFrontier taken_up;
  taken_up.add_subtree(6, nodes.at({6, 0}));
  taken_up.add_subtree(2, nodes.at({2, 16}));
  for (std::size_t i = 68; i < 70; ++i) {
    taken_up.add(hasher, leaves[i], [](unsigned, std::uint64_t, const Hash256&) {});
  }
  BOOST_TEST((taken_up.head(hasher) == heads.back()));
}
