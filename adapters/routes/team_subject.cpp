#include <algorithm>
#include <array>

#include "adapters/companion_references.h"
#include "adapters/routes/route.h"

namespace adapters {
namespace {

constexpr std::array<std::string_view, 3> kTeams{"Organization", "Group", "Location"};

/// A reference to a team, read as strictly as it can be: what could be taken for a person by any
/// server is refused. "" where it is none.
std::string teamType(const fhir::Reference& reference) {
    // A bare identifier or name may be anybody's; one that stands for an address is read as that.
    if (const auto address = addressOf(reference)) return teamType({*address, reference.type, {}});
    if (!reference.reference) return {};
    std::string_view text = *reference.reference;
    text = text.substr(0, text.find("/_history/"));
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
        // An address is taken at its end, but not where a person stands further up in it.
        const auto relative = reference.relative();
        if (text.size() <= relative.size() || text.find_first_of("?#%") != std::string_view::npos)
            return {};
        const auto before = text.substr(0, text.size() - relative.size());
        for (const char* person :
             {"/Patient/", "/Practitioner/", "/PractitionerRole/", "/RelatedPerson/", "/Person/"})
            if (before.find(person) != std::string_view::npos) return {};
        text = text.substr(before.size());
    }
    const auto parts = fhir::parseReference(text);
    if (!parts || std::find(kTeams.begin(), kTeams.end(), parts->type) == kTeams.end()) return {};
    if (reference.type && *reference.type != parts->type) return {};
    return parts->type;
}

}  // namespace

void requireTeamSubject(const fhir::Flag& flag) {
    if (teamType(flag.subject).empty())
        throw fhir::Error(
            fhir::ErrorKind::InvalidInput,
            "a flag is about a team: its subject must be Organization/id, Group/id or "
            "Location/id, never a person and nothing that might be one",
            "/subject/reference");
    // The author would tie the flag to a person just as well.
    if (flag.author && teamType(*flag.author).empty() && flag.author->resourceType() != "Device")
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "a flag is raised by a team or a device, never by a person: its author "
                          "must be Organization/id or Device/id",
                          "/author/reference");
}

}  // namespace adapters
