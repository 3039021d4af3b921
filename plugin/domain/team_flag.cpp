#include "plugin/domain/team_flag.h"

#include <array>

#include "fhir/base/error.h"
#include "plugin/domain/uuid_urn.h"

namespace plugin::domain {
namespace {

struct Reason {
    FlagReason value;
    const char *code, *display, *text;
};

constexpr std::array<Reason, 4> kReasons{{
    {FlagReason::Strain, "strain", "Strain", "Many on this team were strained, twice in a row"},
    {FlagReason::Decline, "decline", "Decline", "This team feels worse than it used to"},
    {FlagReason::Theme, "theme", "Same obstacle again",
     "The same obstacle is in this team's way again"},
    {FlagReason::BrightSpot, "bright-spot", "Bright spot", "Something goes well on this team"},
}};

const Reason& reasonOf(FlagReason value) {
    for (const auto& reason : kReasons)
        if (reason.value == value) return reason;
    throw fhir::Error(fhir::ErrorKind::InvalidInput, "is no reason for a team flag", "/reason");
}

bool isStatus(std::string_view status) noexcept {
    return status == "active" || status == "inactive" || status == "entered-in-error";
}

}  // namespace

const char* toString(FlagReason reason) noexcept {
    for (const auto& entry : kReasons)
        if (entry.value == reason) return entry.code;
    return "";
}

std::optional<FlagReason> parseFlagReason(std::string_view text) noexcept {
    for (const auto& entry : kReasons)
        if (text == entry.code) return entry.value;
    return std::nullopt;
}

std::optional<std::string> whyNotTeam(std::string_view subject) {
    const auto reference = fhir::parseReference(subject);
    if (!reference) return "must be written Type/id, such as Organization/7, Group/7 or Location/7";
    if (reference->type == "Organization" || reference->type == "Group" ||
        reference->type == "Location")
        return std::nullopt;
    return "names a " + reference->type +
           ": a flag is about a team, so it must be an Organization, a Group or a Location, and "
           "never a person";
}

fhir::Flag toFlag(const TeamFlag& flag) {
    const auto refuse = [](const std::string& why, const char* path) {
        throw fhir::Error(fhir::ErrorKind::InvalidInput, why, path);
    };
    if (const auto why = whyNotTeam(flag.subject)) refuse("the subject " + *why, "/subject");
    if (!isStatus(flag.status))
        refuse("the status must be active, inactive or entered-in-error", "/status");
    if (!isUuidUrn(flag.id)) refuse("the id must be urn:uuid: and a UUID in lower case", "/id");
    const auto& reason = reasonOf(flag.reason);

    fhir::Flag result;
    result.identifier = {{std::nullopt, "urn:ietf:rfc:3986", flag.id}};
    result.status = flag.status;
    result.category = {
        {{{"http://terminology.hl7.org/CodeSystem/flag-category", "admin", "Administrative"}},
         std::nullopt}};
    result.code = {{{std::string(kTeamFlagSystem), reason.code, reason.display}}, reason.text};
    result.subject.reference = flag.subject;
    if (!flag.teamName.empty()) result.subject.display = flag.teamName;
    result.period = fhir::Period{fhir::DateTime::fromInstant(flag.since), std::nullopt};
    // A rule of this software raises flags: no person does, so no person is named.
    result.author = fhir::Reference{std::nullopt, "Device", "What Matters"};
    return result;
}

}  // namespace plugin::domain
