// A valid resource in which the fuzzer spoils one element: it is read or refused, and what stands
// there changes nothing but what its absence, or that of what it stands in, would change.
#include "fhir/base/json_wanted.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/patient.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/resources.h"
#include "tests/support/spoil.h"
#include "tests/support/whole_resources.h"

namespace {

using fhir::json::Document;

template <class Resource>
std::optional<Resource> readLeniently(const std::string& text) {
    std::optional<Resource> resource;
    fuzz::mayRefuse([&] {
        const auto document = Document::parse(text);
        fhir::json::Wanted wanted;
        resource = Resource::fromJson(document.root(), wanted);
    });
    return resource;
}

/// Of what fails safe, the safe reading is another one than absence.
bool failsSafe(std::string_view place) {
    return place.starts_with("/meta") || place.starts_with("/performer") ||
           place.starts_with("/contained") || place.starts_with("/deceased");
}

/// An element of another type is read as if it, or what it is a part of, were not there.
template <class Resource>
void checkSpoiled(const std::string& whole, std::string place, const std::string& instead) {
    const auto read = readLeniently<Resource>(test::spoiled(whole, place, instead));
    if (!read || failsSafe(place)) return;
    for (; !place.empty(); place.erase(place.rfind('/')))
        if (const auto gone = readLeniently<Resource>(test::spoiled(whole, place, std::nullopt));
            gone && *gone == *read)
            return;
    fuzz::require(*read == *readLeniently<Resource>(whole));
}

}  // namespace

/// The first byte chooses the resource, the second the element, the third what stands there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kChoices = 3;
    if (size < kChoices) return 0;
    static const auto kWhole = test::whole::all();
    const auto& whole = kWhole[data[0] % kWhole.size()];
    const auto document = Document::parse(whole);
    const auto places = test::placesIn(document.root());
    const auto& place = places[data[1] % places.size()];
    const auto& spoilers = test::spoilers();
    const auto type = document.root().at("resourceType").string();
    if (data[2] < spoilers.size()) {
        const auto& instead = spoilers[data[2]];
        const auto valid = test::valueAt(document.root(), place);
        const bool isOfOtherType = (instead.front() == '{' && !valid.isObject()) ||
                                   (instead.front() == '[' && !valid.isArray());
        if (isOfOtherType) {
            if (type == "Patient") checkSpoiled<fhir::Patient>(whole, place, instead);
            if (type == "Encounter") checkSpoiled<fhir::Encounter>(whole, place, instead);
            if (type == "Observation") checkSpoiled<fhir::Observation>(whole, place, instead);
        }
        const auto spoiled = Document::parse(test::spoiled(whole, place, instead));
        fuzz::mayRefuse([&] { fuzz::readResource(spoiled.root()); });
        return 0;
    }
    // Whatever the fuzzer writes there, as JSON or as text.
    fuzz::mayRefuse([&] {
        const auto instead = Document::parse(fuzz::textOf(data + kChoices, size - kChoices));
        const auto spoiled = Document::parse(test::spoiled(whole, place, instead.root().toJson()));
        fuzz::readResource(spoiled.root());
    });
    return 0;
}
