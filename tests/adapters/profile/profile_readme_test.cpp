// The worked example in adapters/README.md is true: what it says of a vendor is a profile, and the
// profile drives the program as it says.
#include <fstream>
#include <sstream>

#include "adapters/profile/profile_fields.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/source_tree.h"

namespace profile_readme_test {

namespace {

/// The lines of the README that are set in by four spaces, after the one that names the file.
std::string example() {
    std::ifstream file(test::sourceRoot().string() + "/adapters/README.md");
    std::string text;
    bool isThere = false;
    for (std::string line; std::getline(file, line);) {
        isThere = isThere || line.find("`config/vendors/meadow.json`") != std::string::npos;
        if (isThere && line.starts_with("    ")) text += line + "\n";
    }
    return text;
}

adapters::Profile meadow() {
    const auto document = fhir::json::Document::parse(example(), {.comments = true});
    return adapters::Profile::fromJson(document.root());
}

}  // namespace

TEST_CASE("adapters README: the example is a profile, and what it leaves out is the safe side",
          "[adapters]") {
    const auto profile = meadow();

    CHECK(profile.vendor == "meadow");
    CHECK(profile.requestsPerMinute == 100);
    CHECK(profile.hints.contains("token"));
    const auto document = fhir::json::Document::parse(example(), {.comments = true});
    std::size_t named = 0;
    for (const auto [name, value] : document.root().object()) {
        ++named;
        const std::string field(name);
        INFO(field);
        bool isField = false;
        for (const auto& [known, unused] : adapters::profileFields())
            isField = isField || known == field || known.starts_with(field + ".");
        CHECK(isField);
    }
    CHECK(named >= 8);
}

TEST_CASE("adapters README: the example lists a ward and writes as it says", "[adapters]") {
    const test::Hospital hospital(3, meadow());
    const auto group = hospital.simulator.ward().group;
    test::MemoryCompanion companion;

    const auto list = hospital.adapter().worklist({.source = "group", .group = group});
    const auto written = hospital.adapter().write(hospital.adapter().profile().routes,
                                                  test::statementObservation(), companion, false);

    CHECK(list.stays.size() == 3);
    CHECK(written.route == "document-reference");
    CHECK(test::thrown([&] { hospital.worklist(); }).kind() == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("adapters README: its path and its words are those of the tree", "[adapters]") {
    std::ifstream file(test::sourceRoot().string() + "/adapters/README.md");
    std::ostringstream text;
    text << file.rdbuf();
    std::istringstream words(text.str());
    std::size_t paths = 0;
    // Every `path` in it that has a folder in it is there, but for the vendor that is made up.
    for (std::string word; std::getline(words, word, '`');) {
        const bool isPath =
            word.find('/') != std::string::npos && word.find_first_of(" *(\n") == std::string::npos;
        if (!isPath || word.find("meadow") != std::string::npos) continue;
        ++paths;
        INFO(word);
        const std::string root = test::sourceRoot().string();
        const bool isThere = std::ifstream(root + "/" + word).good() ||
                             std::ifstream(root + "/adapters/" + word).good();
        CHECK(isThere);
    }
    CHECK(paths > 5);
}

}  // namespace profile_readme_test
