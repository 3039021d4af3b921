#include "adapters/simulator/ward_lists.h"

#include <algorithm>

#include "tests/adapters/simulator/requests.h"

namespace ward_lists_test {

using adapters::simulator::Simulator;
using test::found;
using test::get;
using test::options;

TEST_CASE("ward lists: the list, the group and the appointments name the ward's patients",
          "[simulator]") {
    Simulator simulator(options(41));
    const auto ward = simulator.ward();
    REQUIRE(ward.patients.size() == 40);

    const auto list = get(simulator, "/List?code=patients&identifier=" + ward.list).body;
    const auto group = get(simulator, "/" + ward.group).body;

    for (const auto& patient : ward.patients) {
        CAPTURE(patient);
        CHECK(list.find("\"item\":{\"reference\":\"" + patient + "\"}") != std::string::npos);
        CHECK(group.find("\"entity\":{\"reference\":\"" + patient + "\"}") != std::string::npos);
        CHECK(found(simulator, "/Appointment?date=2026-03-10&patient=" + patient).size() == 1);
    }
    CHECK(list.find("patient-41") == std::string::npos);
    CHECK(found(simulator, "/Appointment?_count=200&location=" + ward.location).size() == 40);
    CHECK(found(simulator, "/Appointment?_count=200&practitioner=" + ward.practitioner).size() ==
          41);
    CHECK(found(simulator, "/Appointment?date=2026-03-11&location=" + ward.location).empty());
}

TEST_CASE("ward lists: encounters are looked after by staff who are there", "[simulator]") {
    Simulator simulator(options());

    const auto included =
        found(simulator, "/Encounter?_count=200&_include=Encounter:participant", "include");

    CHECK(included.size() == 4);
    for (const auto& one : included) CHECK(one.starts_with("Practitioner/practitioner-"));
    CHECK(found(simulator, "/PractitionerRole?practitioner=Practitioner/practitioner-1").size() ==
          1);
}

TEST_CASE("ward lists: an encounter is found by the time that it covers", "[simulator]") {
    Simulator simulator(options(1));

    CHECK(found(simulator, "/Encounter?patient=patient-1&date=ge2026-03-09").size() == 1);
    CHECK(found(simulator, "/Encounter?patient=patient-1&date=lt2026-03-01").empty());
}

}  // namespace ward_lists_test
