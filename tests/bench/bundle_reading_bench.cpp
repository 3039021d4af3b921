// Reading a search Bundle of Encounters and Observations into structs, beside what RapidJSON takes
// to make its own tree of the same bytes, in place, with the flags that give the same promises:
// bounded stack, numbers as text, valid UTF-8.
#include <rapidjson/document.h>

#include <stdexcept>

#include "fhir/r4/bundle.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/observation.h"
#include "tests/bench/bundle_text.h"
#include "tests/bench/comparison.h"

namespace {

constexpr std::size_t kBytes = 10'000'000;
constexpr unsigned kSeed = 7;

const std::string& text() {
    static const auto made = bench::bundleText(kBytes, kSeed);
    return made;
}

/// The bytes of an answer, in memory of their own that has room for a terminator.
std::string answer() {
    std::string copy;
    copy.reserve(text().size() + 64);
    copy.append(text());
    return copy;
}

double readIntoStructs() {
    auto body = answer();
    std::size_t resources = 0;
    std::size_t characters = 0;  // so that nothing that was read goes unused
    const auto begin = bench::threadSeconds();
    fhir::Bundle::read(std::move(body), [&](const fhir::BundleEntry& entry) {
        ++resources;
        if (entry.resourceType == fhir::Encounter::resourceType)
            characters += entry.read<fhir::Encounter>().status.size();
        else
            characters += entry.read<fhir::Observation>().valueString->size();
    });
    const auto seconds = bench::threadSeconds() - begin;
    if (resources < 7'000 || characters < resources) throw std::logic_error("not all was read");
    return seconds;
}

template <unsigned Flags>
double makeTree() {
    auto body = answer();
    const auto begin = bench::threadSeconds();
    {
        auto text = std::move(body);  // given back within the time, as it is by ours
        rapidjson::Document document;
        document.ParseInsitu<Flags>(text.data());
        if (document.HasParseError()) throw std::logic_error("the tree was not made");
    }
    return bench::threadSeconds() - begin;
}

constexpr unsigned kSamePromises = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                   rapidjson::kParseNumbersAsStringsFlag |
                                   rapidjson::kParseValidateEncodingFlag;
constexpr unsigned kUnchecked = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                rapidjson::kParseNumbersAsStringsFlag;

const bool kAdded =
    bench::add({.name = "bundle-reading",
                .beside = "RapidJSON's tree with the same flags",
                .aim = 1.0,
                .amount = kBytes / 1e6,
                .unit = "MB",
                .ours = readIntoStructs,
                .other = makeTree<kSamePromises>,
                .more = {{"RapidJSON's tree of unchecked UTF-8", makeTree<kUnchecked>}}});

}  // namespace
