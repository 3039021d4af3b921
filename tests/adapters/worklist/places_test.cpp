#include "adapters/worklist/places.h"

#include "tests/support/hospital_fixture.h"

namespace places_test {

using adapters::Places;
using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::searchset;
using test::texts;

namespace {

std::string locationJson(const std::string& id, const std::string& partOf) {
    return R"({"resourceType":"Location","id":")" + id + R"(","partOf":{"reference":"Location/)" +
           partOf + R"("}})";
}

/// A server with a unit "u", that answers each search for what is below a place with all of these.
struct House {
    explicit House(std::vector<std::string> locations)
        : ehr([locations = std::move(locations)](const Request& request) {
              if (request.url.path.ends_with("/Location/u"))
                  return answer(200, locationJson("u", "house"));
              return request.url.path.ends_with("/Location") ? answer(200, searchset(locations))
                                                             : answer(404);
          }) {}

    Places read(const std::string& unit = "u") {
        return Places::read(ehr.adapter->client(), ehr.adapter->profile(), unit, problems);
    }

    std::vector<fhir::Issue> problems;
    test::Scripted ehr;
};

fhir::Reference place(const std::string& text) {
    return {text, {}, {}};
}

}  // namespace

TEST_CASE("places: circles, strangers and depth in the hierarchy", "[adapters]") {
    // a is below u, u below a; the chain goes on below a; "o" belongs to another unit.
    House house({locationJson("a", "u"), locationJson("u", "a"), locationJson("b", "a"),
                 locationJson("c", "b"), locationJson("d", "c"), locationJson("e", "d"),
                 locationJson("o", "w"), R"({"resourceType":"Location","id":7})"});

    const auto places = house.read();

    CHECK(places.ids() == std::vector<std::string>{"a", "b", "c", "d", "u"});  // four levels
    CHECK(house.ehr.wire.count("GET", "/Location") == 4);
    CHECK_FALSE(house.problems.empty());
}

TEST_CASE("places: more than 500 are cut off, and it is said", "[adapters]") {
    std::vector<std::string> beds;
    for (int i = 0; i < 600; ++i) beds.push_back(locationJson("bed-" + std::to_string(i), "u"));
    House house(beds);

    CHECK(house.read().ids().size() == 501);
    CHECK_THAT(texts(house.problems), Catch::Contains("more than 500 Locations"));
}

TEST_CASE("places: a unit that is not there is an error, not an empty ward", "[adapters]") {
    House house({});

    const auto error = test::thrown([&] { house.read("x"); });

    CHECK(error.kind() == ErrorKind::NotFound);
    CHECK_THAT(error.what(), Catch::Contains("Location/x"));
}

TEST_CASE("places: a place is of the unit under each name of the server, and of no other",
          "[adapters]") {
    House house({locationJson("bed", "u")});
    const auto places = house.read();
    const auto& server = house.ehr.adapter->client().server();

    CHECK(places.has(place("Location/bed"), server));
    CHECK(places.has(place("HTTP://EHR.example:80/fhir/Location/u"), server));
    CHECK_FALSE(places.has(place("https://other.example/fhir/Location/bed"), server));
    CHECK_FALSE(places.has(place("Location/ed"), server));
    CHECK_FALSE(places.has({}, server));
}

}  // namespace places_test
