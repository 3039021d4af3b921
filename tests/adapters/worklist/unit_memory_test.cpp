#include "adapters/worklist/unit_memory.h"

#include <map>

#include "tests/support/hospital_fixture.h"

namespace unit_memory_test {

using adapters::UnitMemory;
using fhir::Instant;
using fhir::http::Request;
using test::answer;
using test::searchset;
using namespace std::chrono_literals;

namespace {

const Instant kBegin = test::kNow;

struct Stay {
    std::string place = "u", status = "in-progress";
    Instant changed = kBegin - 24h;
    bool canBeRead = true;
    std::string more{};  ///< of the place
};

/// A server that keeps encounters, and a service that reads one unit of it again and again.
struct Ward {
    explicit Ward(const std::string& vendor = "medplum")
        : wire([this](const Request& request) { return serve(request); }),
          adapter(adapters::vendorProfile(vendor), client(), clock(), {}) {}

    fhir::http::Response serve(const Request& request) const {
        const auto& path = request.url.path;
        const auto query = fhir::Query::parse(request.url.query);
        if (path.ends_with("/Location/u"))
            return answer(200, R"({"resourceType":"Location","id":"u","name":"Unit"})");
        if (path.ends_with("/Location")) return answer(200, searchset({}));
        if (path.ends_with("/Patient"))
            return answer(200, searchset({R"({"resourceType":"Patient","id":"p1"})",
                                          R"({"resourceType":"Patient","id":"p2"})",
                                          R"({"resourceType":"Patient","id":"p3"})",
                                          R"({"resourceType":"Patient","id":"p4"})"}));
        const auto since = query.find("_lastUpdated");
        if (since && refusesChanges) return answer(400);
        std::vector<std::string> found;
        for (const auto& [id, stay] : stays) {
            if (since && stay.changed < fhir::DateTime::parse(since->substr(2)).earliest())
                continue;
            const auto wanted = query.find("_id");
            const bool isAsked =
                wanted ? ("," + *wanted + ",").find("," + id + ",") != std::string::npos
                       : stay.place == "u";
            const bool hasStatus = since || stay.status == "in-progress";
            if (isAsked && hasStatus) found.push_back(json(id, stay));
        }
        return answer(200, searchset(found));
    }
    std::string json(const std::string& id, const Stay& stay) const {
        const auto changed = tellsTimes
                                 ? R"("meta":{"lastUpdated":")" +
                                       fhir::DateTime::fromInstant(stay.changed).text() + R"("},)"
                                 : std::string();
        return R"({"resourceType":"Encounter",)" + changed + R"("id":")" + id + R"(","status":)" +
               (stay.canBeRead ? "\"" + stay.status + "\"" : "7") +
               R"(,"subject":{"reference":"Patient/p)" + id +
               R"("},"location":[{"location":{"reference":"Location/)" + stay.place + R"("})" +
               stay.more + "}]}";
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
        const auto list = adapter.worklist(
            {.source = "encounter-search", .location = "Location/u", .wholeEvery = wholeEvery});
        for (const auto& one : list.stays) ids += one.encounter.id + " ";
        problems = test::texts(list.problems);
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

    std::map<std::string, Stay> stays{{"1", {}}, {"2", {}}};
    bool refusesChanges = false, tellsTimes = true;
    std::chrono::seconds wholeEvery{600};
    std::string problems;
    Instant now = kBegin;
    test::Wire wire;
    adapters::Adapter adapter;
};

}  // namespace

TEST_CASE("unit memory: the second reading asks for what has changed, here and of those here",
          "[adapters]") {
    Ward ward;
    CHECK(ward.read() == "1 2 ");
    CHECK(ward.asked() == "- ");

    ward.now += 1min;

    CHECK(ward.read() == "1 2 ");
    CHECK(ward.asked() == "ge2026-03-09T09:55:00Z ge2026-03-09T09:55:00Z ");
    CHECK(ward.wire.count("GET", "/Location") == 0);  // places and patients are known
    CHECK(ward.wire.count("GET", "/Patient") == 0);
}

TEST_CASE("unit memory: who came is there, who left, ended or moved is not", "[adapters]") {
    Ward ward;
    ward.stays["3"] = {.place = "elsewhere"};
    ward.read();
    ward.now += 1min;
    const auto change = [&](const std::string& id, Stay stay) {
        stay.changed = ward.now;
        ward.stays[id] = stay;
    };

    SECTION("comes") {
        change("4", {});
        CHECK(ward.read() == "1 2 4 ");
    }
    SECTION("comes from another unit") {
        change("3", {});
        CHECK(ward.read() == "1 2 3 ");
    }
    SECTION("ends") {
        change("1", {.status = "finished"});
        CHECK(ward.read() == "2 ");
    }
    SECTION("moves to another unit, where no search of this one finds it") {
        change("1", {.place = "elsewhere"});
        CHECK(ward.read() == "2 ");
    }
    CHECK_FALSE(ward.asked().ends_with("- "));  // no whole reading
    const auto after = ward.read();
    ward.now += 20min;
    CHECK(ward.read() == after);
    CHECK(ward.asked() == "- ");
}

TEST_CASE("unit memory: what no change tells is seen at the next whole reading", "[adapters]") {
    Ward ward;
    ward.wholeEvery = 300s;
    ward.read();
    ward.stays.erase("1");  // deleted

    ward.now += 299s;
    CHECK(ward.read() == "1 2 ");
    ward.now += 1s;
    CHECK(ward.read() == "2 ");
    CHECK(ward.asked() == "- ");
}

TEST_CASE("unit memory: changes are asked for by the server's clock", "[adapters]") {
    Ward ward;
    SECTION("which is behind by an hour") {
        for (auto& [id, stay] : ward.stays) stay.changed = kBegin - 61min;
        ward.read();
        ward.now += 1min;
        ward.stays["4"] = {.changed = ward.now - 60min};  // now, as the server sees it
        CHECK(ward.read() == "1 2 4 ");
    }
    SECTION("which is ahead by an hour") {
        for (auto& [id, stay] : ward.stays) stay.changed = kBegin + 59min;
        ward.read();
        ward.now += 1min;
        CHECK(ward.read() == "1 2 ");
        CHECK(ward.asked() == "ge2026-03-10T09:55:00Z ge2026-03-10T09:55:00Z ");
    }
    SECTION("and by ours where it tells no time") {
        ward.tellsTimes = false;
        ward.read();
        ward.now += 7min;
        ward.read();
        CHECK(ward.asked() == "ge2026-03-10T09:55:00Z ge2026-03-10T09:55:00Z ");
    }
}

TEST_CASE("unit memory: a place that has ended meanwhile is over, though nothing changed",
          "[adapters]") {
    Ward ward;
    ward.stays["1"].more = R"(,"period":{"end":"2026-03-10T10:00:30Z"})";
    ward.stays["3"].more = R"(,"period":{"start":"2026-03-10T10:30:00Z"})";
    CHECK(ward.read() == "1 2 ");

    ward.now += 1min;

    CHECK(ward.read() == "2 ");
    CHECK_FALSE(ward.asked().ends_with("- "));
}

TEST_CASE("unit memory: one place that is refused has the rest read whole", "[adapters]") {
    Ward ward;
    ward.read();
    ward.now += 1min;
    ward.wire.handler = [&](const Request& request) {
        return request.url.query.find("_lastUpdated") != std::string::npos ? answer(500)
                                                                           : ward.serve(request);
    };

    CHECK(ward.read() == "1 2 ");
}

TEST_CASE("unit memory: where changes cannot be told or read, all is read", "[adapters]") {
    Ward ward;
    ward.read();
    ward.now += 1min;
    ward.stays["1"].changed = ward.now;

    SECTION("refused") {
        ward.refusesChanges = true;
        CHECK(ward.read() == "1 2 ");
    }
    SECTION("not to be read") {
        ward.stays["1"].canBeRead = false;
        CHECK(ward.read() == "2 ");
        CHECK(ward.problems.find("cannot be read") != std::string::npos);
    }
    CHECK(ward.asked().ends_with(" - "));
}

TEST_CASE("unit memory: a clock that was set back has all read again", "[adapters]") {
    Ward ward;
    ward.read();
    ward.now -= 1min;

    ward.read();

    CHECK(ward.asked() == "- ");
}

TEST_CASE("unit memory: an EHR that is not trusted with it is read whole each time", "[adapters]") {
    Ward ward("generic");
    ward.read();
    ward.now += 1min;

    ward.read();

    CHECK(ward.asked() == "- ");
}

TEST_CASE("unit memory: it is bounded", "[adapters]") {
    UnitMemory memory;
    UnitMemory::Known known;
    known.readAt = known.wholeAt = kBegin;
    for (std::size_t i = 0; i <= UnitMemory::kUnitsMax; ++i) memory.keep(std::to_string(i), known);

    CHECK_FALSE(memory.find("0", kBegin, 600s));
    CHECK(memory.find(std::to_string(UnitMemory::kUnitsMax), kBegin, 600s));
}

}  // namespace unit_memory_test
