#include "adapters/profile.h"

#include "adapters/adapter.h"
#include "fhir/base/error.h"
#include "tests/adapters/hospital.h"

using adapters::Profile;
using fhir::json::Document;

namespace {

Profile with(const std::string& fields) {
    return Profile{}.with(Document::parse("{" + fields + "}").root());
}

/// Every field of a profile as text, so that a table can say what one field changes.
std::string describe(const Profile& profile) {
    std::string text = profile.vendor + "|" + profile.protocol + "|";
    for (const auto& [name, value] : profile.headers) text += name + ":" + value + ",";
    for (const auto number : {static_cast<int>(profile.timeout.count()), profile.pageSize,
                              profile.patientsPerSearch, profile.locationsPerSearch})
        text += "|" + std::to_string(number);
    text += "|";
    for (const auto& status : profile.currentStatuses) text += status + ",";
    for (const bool value :
         {profile.typedReferences, profile.includes, profile.locationHierarchy,
          profile.conditionalCreate, profile.readBack, profile.whatMattersCategory})
        text += value ? "|yes" : "|no";
    text += "|";
    for (const auto& route : profile.routes) text += route + ",";
    return text;
}

}  // namespace

TEST_CASE("profile: every field can be replaced by itself", "[adapters]") {
    const auto [field, expected] = GENERATE(table<std::string, std::string>({
        {R"("vendor":"x")",
         "x|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("protocol":"other")",
         "|other||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("headers":{"X-App":"a b"})",
         "|fhir-r4|X-App:a "
         "b,|15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|"
         "no|observation,flag,companion,"},
        {R"("timeoutSeconds":300)",
         "|fhir-r4||300|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("pageSize":1)",
         "|fhir-r4||15|1|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("patientsPerSearch":1)",
         "|fhir-r4||15|100|1|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("locationsPerSearch":200)",
         "|fhir-r4||15|100|20|200|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("currentStatuses":["in-progress"])",
         "|fhir-r4||15|100|20|40|in-progress,|yes|yes|yes|yes|yes|no|observation,flag,companion,"},
        {R"("typedReferences":false)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|no|yes|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("includes":false)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|no|yes|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("locationHierarchy":false)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|no|yes|yes|no|"
         "observation,flag,companion,"},
        {R"("conditionalCreate":false)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|no|yes|no|"
         "observation,flag,companion,"},
        {R"("readBack":false)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|no|no|"
         "observation,flag,companion,"},
        {R"("whatMattersCategory":true)",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|yes|"
         "observation,flag,companion,"},
        {R"("routes":["companion"])",
         "|fhir-r4||15|100|20|40|arrived,triaged,in-progress,onleave,|yes|yes|yes|yes|yes|no|"
         "companion,"},
    }));

    CHECK(describe(with(field)) == expected);
}

TEST_CASE("profile: a wrong field is refused with its place", "[adapters]") {
    const auto [field, path] = GENERATE(table<std::string, std::string>({
        {R"("pagesize":10)", "/pagesize"},
        {R"("vendor":"")", "/vendor"},
        {R"("vendor":7)", "/vendor"},
        {R"("timeoutSeconds":0)", "/timeoutSeconds"},
        {R"("timeoutSeconds":301)", "/timeoutSeconds"},
        {R"("timeoutSeconds":1.5)", "/timeoutSeconds"},
        {R"("pageSize":1001)", "/pageSize"},
        {R"("patientsPerSearch":0)", "/patientsPerSearch"},
        {R"("locationsPerSearch":201)", "/locationsPerSearch"},
        {R"("currentStatuses":[])", "/currentStatuses"},
        {R"("currentStatuses":["here"])", "/currentStatuses/0"},
        {R"("currentStatuses":["arrived","arrived"])", "/currentStatuses/1"},
        {R"("includes":"yes")", "/includes"},
        {R"("routes":[])", "/routes"},
        {R"("routes":["observation","pigeon"])", "/routes/1"},
        {R"("headers":{"Authorization":"Bearer x"})", "/headers/Authorization"},
        {R"("headers":{"authorization":"Bearer x"})", "/headers/authorization"},
        {R"("headers":{"a b":"x"})", "/headers/a b"},
        {R"("headers":{"":"x"})", "/headers/"},
        {R"("headers":{"X":"a\r\nHost: evil"})", "/headers/X"},
        {R"("headers":["X"])", "/headers"},
    }));

    const auto error = test::errorOf([&, &text = field] { with(text); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(error.path() == path);
}

TEST_CASE("profile: what the file generic.json says are the defaults", "[adapters]") {
    auto defaults = Profile{};
    defaults.vendor = "generic";

    CHECK(describe(adapters::vendorProfile("generic")) == describe(defaults));
}

TEST_CASE("profile: every vendor's file is named as its vendor and drives a known protocol",
          "[adapters]") {
    for (const auto& name : adapters::vendorNames()) {
        const test::Scripted ehr([](const auto&) { return test::answer(404); },
                                 adapters::vendorProfile(name));
        CHECK(ehr.adapter->profile().vendor == name);
    }
    CHECK(adapters::vendorNames().size() >= 1);
}

TEST_CASE("profile: an unknown vendor is answered with those there are", "[adapters]") {
    for (const char* name : {"", "nobody", "generic.json", "../generic"}) {
        const auto error = test::errorOf([&] { adapters::vendorProfile(name); });

        CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
        CHECK_THAT(error.what(), Catch::Contains("generic"));
    }
}

TEST_CASE("profile: a vendor must be named", "[adapters]") {
    const auto error =
        test::errorOf([] { Profile::fromJson(Document::parse(R"({"pageSize":5})").root()); });

    CHECK(error.path() == "/vendor");
}
