#include "adapters/simulator/definitions.h"

#include <algorithm>

namespace adapters::simulator {
namespace {

Definition readOnly(std::string_view type, std::vector<Parameter> parameters) {
    return {.type = type, .parameters = withCommonParameters(std::move(parameters))};
}

/// https://hl7.org/fhir/R4/encounter.html#search
Definition encounter() {
    return readOnly("Encounter",
                    {{"patient", Kind::Reference, "subject", "Patient"},
                     {"subject", Kind::Reference, "subject"},
                     {"location", Kind::Reference, "location.location", "Location"},
                     {"status", Kind::Token, "status"},
                     {"class", Kind::Token, "class"},
                     {"date", Kind::Date, "period"},
                     {"identifier", Kind::Token, "identifier"},
                     {"type", Kind::Token, "type"},
                     {"participant", Kind::Reference, "participant.individual"},
                     {"practitioner", Kind::Reference, "participant.individual", "Practitioner"},
                     {"service-provider", Kind::Reference, "serviceProvider", "Organization"}});
}

/// https://hl7.org/fhir/R4/appointment.html#search
Definition appointment() {
    return readOnly("Appointment",
                    {{"date", Kind::Date, "start"},
                     {"status", Kind::Token, "status"},
                     {"location", Kind::Reference, "participant.actor", "Location"},
                     {"practitioner", Kind::Reference, "participant.actor", "Practitioner"},
                     {"patient", Kind::Reference, "participant.actor", "Patient"}});
}

std::vector<Definition> makeDefinitions() {
    std::vector<Definition> all{
        appointment(),
        readOnly("Binary", {}),
        encounter(),
        readOnly("Group", {{"identifier", Kind::Token, "identifier"},
                           {"type", Kind::Token, "type"},
                           {"member", Kind::Reference, "member.entity"}}),
        readOnly("List", {{"code", Kind::Token, "code"},
                          {"identifier", Kind::Token, "identifier"},
                          {"status", Kind::Token, "status"},
                          {"item", Kind::Reference, "entry.item"}}),
        readOnly("Location", {{"partof", Kind::Reference, "partOf", "Location"},
                              {"type", Kind::Token, "type"},
                              {"-physicalType", Kind::Token, "physicalType"},
                              {"name", Kind::String, "name"}}),
        readOnly("Organization", {{"name", Kind::String, "name"}}),
        readOnly("Patient",
                 {{"identifier", Kind::Token, "identifier"}, {"name", Kind::String, "name"}}),
        readOnly("Practitioner",
                 {{"identifier", Kind::Token, "identifier"}, {"name", Kind::String, "name"}}),
        readOnly("PractitionerRole",
                 {{"practitioner", Kind::Reference, "practitioner", "Practitioner"},
                  {"organization", Kind::Reference, "organization", "Organization"}}),
        readOnly("Questionnaire", {{"url", Kind::Token, "url"}, {"status", Kind::Token, "status"}}),
        readOnly("RelatedPerson", {{"patient", Kind::Reference, "patient", "Patient"}})};
    for (auto& definition : writableDefinitions()) all.push_back(std::move(definition));
    std::sort(all.begin(), all.end(),
              [](const Definition& a, const Definition& b) { return a.type < b.type; });
    return all;
}

}  // namespace

std::vector<Parameter> withCommonParameters(std::vector<Parameter> own) {
    own.push_back({"_id", Kind::Token, "id"});
    own.push_back({"_lastUpdated", Kind::Date, "meta.lastUpdated"});
    own.push_back({"_tag", Kind::Token, "meta.tag"});
    return own;
}

const Parameter* Definition::find(std::string_view name) const noexcept {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

std::span<const Definition> definitions() {
    static const std::vector<Definition> table = makeDefinitions();
    return table;
}

}  // namespace adapters::simulator
