#include "adapters/worklist/stay_memory.h"

#include "adapters/simulator/behaviour.h"
#include "tests/support/hospital_fixture.h"

namespace stay_memory_test {

using adapters::StayMemory;
using fhir::Instant;
using fhir::http::Request;
using test::answer;
using test::searchset;
using namespace std::chrono_literals;

namespace {

const Instant kBegin = test::kNow;

std::string stay(const std::string& id, const std::string& patient, const std::string& status) {
    return R"({"resourceType":"Encounter","id":")" + id + R"(","status":")" + status +
           R"(","subject":{"reference":"Patient/)" + patient + R"("}})";
}

/// A vendor's server that the test plays, and a service that reads its unit again and again.
struct Ward {
    Ward()
        : wire([this](const Request& request) { return serve(request); }),
          adapter(adapters::vendorProfile("oracle-health"), client(), clock(), {}) {}

    fhir::http::Response serve(const Request& request) {
        if (request.url.path.ends_with("/Patient"))
            return answer(200, searchset({R"({"resourceType":"Patient","id":"a"})",
                                          R"({"resourceType":"Patient","id":"b"})"}));
        const auto query = fhir::Query::parse(request.url.query);
        const auto since = query.find("_lastUpdated");
        if (since && refusesChanges) return answer(400);
        const auto patient = query.find("patient").value_or("");
        const auto& all = since ? changes : whole;
        const auto found = all.find(patient);  // from several threads: nothing is added
        return answer(200, found == all.end() ? searchset({}) : searchset(found->second));
    }
    fhir::Client client() {
        fhir::ClientOptions options;
        options.base = test::kBase;
        return fhir::Client(wire, options);
    }
    fhir::Clock clock() {
        fhir::Clock clock;
        clock.now = [this] { return now; };
        return clock;
    }
    /// The encounters that are listed, by id.
    std::string read() {
        wire.requests.clear();
        std::string ids;
        const auto list =
            adapter.worklist({.source = "patients", .patients = {"Patient/a", "Patient/b"}});
        for (const auto& one : list.stays) ids += one.encounter.id + " ";
        return ids;
    }
    /// Since when changes were asked for, of each search of encounters; "-" where of all.
    std::string asked() const {
        std::string all;
        for (const auto& request : wire.requests)
            if (request.url.path.ends_with("/Encounter"))
                all +=
                    fhir::Query::parse(request.url.query).find("_lastUpdated").value_or("-") + " ";
        return all;
    }

    std::map<std::string, std::vector<std::string>> whole{
        {"Patient/a", {stay("1", "a", "in-progress")}},
        {"Patient/b", {stay("2", "b", "in-progress")}}};
    std::map<std::string, std::vector<std::string>> changes;
    bool refusesChanges = false;
    Instant now = kBegin;
    test::Wire wire;
    adapters::Adapter adapter;
};

}  // namespace

TEST_CASE("stay memory: the second reading asks for what has changed, with time to spare",
          "[adapters]") {
    Ward ward;

    CHECK(ward.read() == "1 2 ");
    CHECK(ward.asked() == "- - ");
    CHECK(ward.wire.count("GET", "/Patient") == 2);
    ward.now = kBegin + 1min;
    CHECK(ward.read() == "1 2 ");
    CHECK(ward.asked() == "ge2026-03-10T09:55:00Z ge2026-03-10T09:55:00Z ");
    CHECK(ward.wire.count("GET", "/Patient") == 0);  // they are known
    ward.now = kBegin + 2min;
    ward.read();
    CHECK(ward.asked() == "ge2026-03-10T09:56:00Z ge2026-03-10T09:56:00Z ");
}

TEST_CASE("stay memory: who left is gone, who moved has the new stay, and a change stays",
          "[adapters]") {
    Ward ward;
    ward.read();
    ward.changes = {{"Patient/a", {stay("1", "a", "finished")}},
                    {"Patient/b", {stay("2", "b", "finished"), stay("3", "b", "in-progress")}}};

    ward.now += 1min;
    CHECK(ward.read() == "3 ");
    ward.changes.clear();
    ward.now += 6min;
    CHECK(ward.read() == "3 ");
}

TEST_CASE("stay memory: after ten minutes, or where the clock was set back, all is read again",
          "[adapters]") {
    const auto later = GENERATE(Instant::duration(10min), Instant::duration(-1min));
    Ward ward;
    ward.read();
    ward.whole["Patient/b"].clear();  // deleted: no change tells it

    ward.now = kBegin + later;

    CHECK(ward.read() == "1 ");
    CHECK(ward.asked() == "- - ");
}

TEST_CASE("stay memory: a server that refuses to tell changes is read whole", "[adapters]") {
    Ward ward;
    ward.read();
    ward.refusesChanges = true;
    ward.now += 1min;

    CHECK(ward.read() == "1 2 ");
    CHECK(ward.wire.count("GET", "/Encounter") == 4);
}

TEST_CASE("stay memory: a change that cannot be read is no reason to trust what was known",
          "[adapters]") {
    Ward ward;
    ward.read();
    ward.changes["Patient/a"] = {
        R"({"resourceType":"Encounter","id":"1","status":7,"subject":{"reference":"Patient/a"}})"};
    ward.whole["Patient/a"].clear();
    ward.now += 1min;

    CHECK(ward.read() == "2 ");
}

TEST_CASE("stay memory: it is bounded", "[adapters]") {
    StayMemory memory;
    for (std::size_t i = 0; i <= StayMemory::kPatientsMax; ++i)
        memory.keep(std::to_string(i), {{}, {}, kBegin, kBegin});

    CHECK_FALSE(memory.since({"0"}, kBegin));
    CHECK(memory.since({std::to_string(StayMemory::kPatientsMax)}, kBegin));
    CHECK_FALSE(memory.since({}, kBegin));
}

TEST_CASE("stay memory: every vendor that is trusted with it takes the search", "[adapters]") {
    std::size_t trusted = 0;
    for (const auto& vendor : adapters::vendorNames()) {
        const auto profile = adapters::vendorProfile(vendor);
        if (!profile.encounterLastUpdated) continue;
        ++trusted;
        INFO(vendor);
        adapters::simulator::Simulator simulator(
            {.base = test::kBase, .patients = 3, .seed = 1, .clock = {}, .vendor = vendor});
        test::Scripted client([&](const Request& request) { return simulator.send(request, {}); },
                              profile);
        const adapters::WorklistQuery query{.source = "patients",
                                            .patients = simulator.ward().patients};
        const auto first = client.adapter->worklist(query);
        client.wire.requests.clear();

        const auto second = client.adapter->worklist(query);

        CHECK(second.stays.size() == 3);
        CHECK(first.stays.size() == 3);
        for (const auto& request : client.wire.requests)
            CHECK(fhir::Query::parse(request.url.query).find("_lastUpdated"));
    }
    CHECK(trusted == 7);
}

}  // namespace stay_memory_test
