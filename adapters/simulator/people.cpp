#include "adapters/simulator/people.h"

#include "adapters/simulator/data.h"
#include "fhir/base/json.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

using fhir::json::Value;

std::optional<int> findInt(const Value& json, std::string_view name) {
    const auto number = json.findInteger(name);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Saying readSaying(const Value& json, const std::string& language) {
    Saying saying;
    saying.aspect = json.at("aspect").string();
    saying.text = json.findString("text").value_or("");
    saying.language = json.findString("language").value_or(language);
    saying.absent = json.findString("absent").value_or("");
    saying.method = json.findString("method").value_or("in person");
    saying.note = json.findString("note").value_or("");
    saying.others = json.findString("others").value_or("");
    saying.days = static_cast<int>(json.at("days").integer());
    saying.hour = findInt(json, "hour");
    if (const auto by = findInt(json, "by")) saying.by = static_cast<std::size_t>(*by);
    saying.retracted = json.findBoolean("retracted").value_or(false);
    saying.keepToTeam = json.findBoolean("keepToTeam").value_or(false);
    return saying;
}

Person readPerson(const Value& json) {
    Person person;
    const auto name = json.at("name");
    person.given = fhir::json::strict().strings(name, "given");
    person.prefix = fhir::json::strict().strings(name, "prefix");
    person.family = name.findString("family").value_or("");
    person.text = name.findString("text").value_or("");
    person.usual = json.findString("usual").value_or("");
    person.gender = json.at("gender").string();
    person.language = json.at("language").string();
    person.age = static_cast<int>(json.at("age").integer());
    for (const auto relative : json.findArray("relatives"))
        person.relatives.push_back(
            {relative.at("name").string(), relative.at("relationship").string()});
    const auto stay = json.at("stay");
    person.stayDays = static_cast<int>(stay.at("days").integer());
    person.status = stay.findString("status").value_or("in-progress");
    person.movedDays = findInt(stay, "moved");
    person.beforeDays = findInt(stay, "before");
    for (const auto saying : json.findArray("said"))
        person.said.push_back(readSaying(saying, person.language));
    return person;
}

Names readNames(const Value& json) {
    return {.language = json.at("language").string(),
            .between = json.find("between") ? json.at("between").string() : " ",
            .given = fhir::json::strict().strings(json, "given"),
            .family = fhir::json::strict().strings(json, "family"),
            .familyFirst = json.findBoolean("familyFirst").value_or(false)};
}

People readPeople() {
    fhir::json::Limits limits;
    limits.comments = true;
    const auto document = fhir::json::Document::parse(
        std::string(fhir::findFile(data::files(), "people.json")->content), limits);
    People all;
    for (const auto person : document.root().findArray("people"))
        all.ward.push_back(readPerson(person));
    for (const auto person : document.root().findArray("elsewhere"))
        all.elsewhere.push_back(readPerson(person));
    all.staff = fhir::json::strict().strings(document.root(), "staff");
    for (const auto names : document.root().findArray("names"))
        all.names.push_back(readNames(names));
    return all;
}

}  // namespace

const People& people() {
    static const People all = readPeople();
    return all;
}

}  // namespace adapters::simulator
