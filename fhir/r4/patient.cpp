#include "fhir/r4/patient.h"

#include "fhir/r4/communication_language.h"

namespace fhir {

namespace {

std::optional<bool> deceasedOf(const json::Value& json, json::Wanted& wanted) {
    constexpr std::size_t kDayLength = 10;
    bool hasDied = false;
    wanted.read(json, "deceasedDateTime", [&](const json::Value& time) {
        // Whoever has a day of death has died, also where its hour cannot be read.
        hasDied = DateTime::tryParse(time.text().substr(0, kDayLength)).has_value();
        return DateTime::fromJson(time, wanted);
    });
    const auto said = wanted.flag(json, "deceasedBoolean");
    if (hasDied || said == true) return true;
    const bool isUnread = json.find("deceasedDateTime") || (!said && json.find("deceasedBoolean"));
    return isUnread ? std::nullopt : std::optional(false);
}

}  // namespace

Patient::Link Patient::Link::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {Reference::fromJson(json.at("other"), wanted), json.at("type").string()};
}

Patient Patient::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .active = wanted.flag(json, "active"),
            .identifier = wanted.all<Identifier>(json, "identifier"),
            .name = wanted.all<HumanName>(json, "name"),
            .gender = wanted.string(json, "gender"),
            .birthDate = findDate(json, "birthDate", wanted),
            .deceased = deceasedOf(json, wanted),
            .language = readLanguages(json, wanted),
            .link = readParts<Link>(json, "link", wanted)};
}

}  // namespace fhir
