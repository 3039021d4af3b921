#include "adapters/worklist/current_stay.h"

#include "tests/support/hospital_fixture.h"

namespace current_stay_test {

using fhir::Encounter;

namespace {

Encounter encounter(const std::string& id, const std::string& partOf = {},
                    const std::string& more = {}) {
    const auto whole = (partOf.find('/') == std::string::npos ? "Encounter/" : "") + partOf;
    const auto part = partOf.empty() ? "" : R"(,"partOf":{"reference":")" + whole + R"("})";
    return Encounter::fromJson(fhir::json::Document::parse(R"({"resourceType":"Encounter","id":")" +
                                                           id + R"(","status":"in-progress")" +
                                                           part + (more.empty() ? "" : "," + more) +
                                                           "}")
                                   .root());
}

std::string at(const std::string& display) {
    return R"("location":[{"status":"active","location":{"display":")" + display + R"("}}])";
}

std::string levels(std::vector<Encounter> encounters) {
    std::string ids;
    for (const auto& one :
         adapters::levelsOf(std::move(encounters), fhir::ServerAddress(test::kBase)))
        ids += one.id + " ";
    return ids;
}

}  // namespace

TEST_CASE("current stay: encounters that are part of each other are one, outermost first",
          "[adapters]") {
    const auto hospital = encounter("h"), ward = encounter("w", "h"), bed = encounter("b", "w");

    CHECK(levels({hospital, ward, bed}) == "h w b ");
    CHECK(levels({bed, ward, hospital}) == "h w b ");
    CHECK(levels({ward, bed}) == "w b ");  // the outermost is not on this unit
    CHECK(levels({encounter("b", "http://ehr.example/fhir/Encounter/w"), ward}) == "w b ");
    CHECK(levels({bed}) == "b ");
    CHECK(levels({}) == "");
}

TEST_CASE("current stay: what is part of something else is another stay", "[adapters]") {
    const auto later = R"("period":{"start":"2026-03-05"})";
    const auto earlier = R"("period":{"start":"2026-03-01"})";

    CHECK(levels({encounter("a", "", earlier), encounter("b", "", later)}) == "b ");
    CHECK(levels({encounter("a", "", earlier), encounter("b", "", later), encounter("c", "b")}) ==
          "b c ");
    CHECK(levels({encounter("a", "", later),
                  encounter("b", "https://other.example/Encounter/a")}) == "a ");
}

TEST_CASE("current stay: encounters in a circle are one stay, and come to an end", "[adapters]") {
    CHECK(levels({encounter("a", "b"), encounter("b", "a")}) == "a b ");
    CHECK(levels({encounter("a", "a")}) == "a ");
}

TEST_CASE("current stay: the place is that of the innermost level that names one", "[adapters]") {
    const auto place = [](const std::vector<Encounter>& levels) {
        const auto* found = adapters::placeIn(levels, test::kNow);
        return found ? found->location.display.value_or("?") : "nowhere";
    };
    const auto blank =
        R"("location":[{"status":"active","location":{"identifier":{"value":"7"}}}])";
    const auto over = R"("location":[{"location":{"display":"Bed 1"},
        "period":{"start":"2026-03-01","end":"2026-03-02"}}])";

    CHECK(place({encounter("h", "", at("Ward 7")), encounter("b", "h", at("Bed 3"))}) == "Bed 3");
    CHECK(place({encounter("h", "", at("Ward 7")), encounter("b", "h", blank)}) == "Ward 7");
    CHECK(place({encounter("h", "", at("Ward 7")), encounter("b", "h", over)}) == "Ward 7");
    CHECK(place({encounter("h", "", blank)}) == "nowhere");
    CHECK(place({}) == "nowhere");
}

TEST_CASE("current stay: a status that goes on ends with its period", "[adapters]") {
    const auto [status, period, expected] = GENERATE(table<std::string, std::string, bool>({
        {"in-progress", R"({})", true},
        {"in-progress", R"({"end":"9999-12-31"})", true},
        {"in-progress", R"({"end":"2026-03-10"})", true},
        {"in-progress", R"({"end":"2026-03-10T09:59:59Z"})", false},
        {"onleave", R"({"end":"2026-03-09"})", false},
        {"finished", R"({})", false},
        {"planned", R"({})", false},
        {"unknown", R"({})", false},
    }));
    auto one = encounter("a", "", R"("period":)" + period);
    one.status = status;

    CHECK(adapters::isCurrent(one, adapters::vendorProfile("generic"), test::kNow) == expected);
}

}  // namespace current_stay_test
