#include "plugin/outbox/audit_sender.h"

#include "fhir/base/log.h"
#include "plugin/audit/entry.h"
#include "tests/support/store_fixture.h"

namespace audit_sender_test {

using namespace std::chrono_literals;
using plugin::audit::AuditExportTable;
using plugin::audit::AuditTable;
using plugin::outbox::AuditSender;
using test::kNoon;

namespace {

constexpr const char* kRepository = "archive";

/// A repository of AuditEvents: takes them, gives them ids of its own, and finds them by `_tag`.
class Repository final : public fhir::http::Transport {
public:
    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline) override {
        if (before) before();
        if (request.method == "GET") {
            ++searches;
            return {searchStatus, {{"Content-Type", "application/fhir+json"}}, found(request.url)};
        }
        if (refusals > 0 && refusals-- > 0) return {422, {}, ""};
        events.push_back(request.body);
        if (answersToLose > 0 && answersToLose-- > 0)
            throw fhir::Error(fhir::ErrorKind::Unavailable, "the answer was lost");
        return {201, {{"Location", "AuditEvent/" + std::to_string(events.size())}}, ""};
    }

    std::vector<std::string> events;
    int searches = 0;
    int searchStatus = 200;
    int refusals = 0;
    int answersToLose = 0;
    bool knowsTags = true;
    std::function<void()> before;

private:
    std::string found(const fhir::Url& url) const {
        const auto tag = fhir::Query::parse(url.query).find("_tag").value_or("");
        const auto code = tag.substr(tag.find('|') + 1);
        fhir::json::Writer writer;
        writer.beginObject().member("resourceType", "Bundle").member("type", "searchset");
        writer.key("link").beginArray().beginObject().member("relation", "self");
        writer.member("url", url.text()).endObject().endArray().key("entry").beginArray();
        int number = 0;
        for (const auto& event : events) {
            ++number;
            if (knowsTags && event.find(code) == std::string::npos) continue;
            auto resource = event;
            resource.insert(1, "\"id\":\"" + std::to_string(number) + "\",");
            writer.beginObject().key("resource").raw(resource).endObject();
        }
        writer.endArray().endObject();
        return writer.take();
    }
};

fhir::ClientOptions clientOptions() {
    fhir::ClientOptions options;
    options.base = fhir::Url::parse("http://127.0.0.1:1/fhir");
    return options;
}

struct Archive : test::Store {
    Archive() {
        options.clock.now = [this] { return now; };
    }

    void record(int count) {
        database.transaction([&](Poco::Data::Session& session) {
            std::vector<plugin::audit::AuditRecord> records;
            for (int i = 0; i < count; ++i)
                records.push_back(plugin::audit::toRecord({.action = plugin::audit::Action::Read,
                                                           .at = kNoon,
                                                           .connection = "general",
                                                           .patient = std::to_string(++patients)},
                                                          {}));
            AuditTable(database).append(session, records);
        });
    }
    AuditSender sender() { return {database, kRepository, client, options}; }
    std::int64_t behind() { return AuditExportTable(database).behind(kRepository); }
    /// The patients whose events are there, in the order in which they came.
    std::string arrived() const {
        std::string all;
        for (const auto& event : repository.events) {
            const std::string mark = "\"Patient/";
            const auto at = event.find(mark) + mark.size();
            all += event.substr(at, event.find('"', at) - at) + " ";
        }
        return all;
    }

    int patients = 0;
    fhir::Instant now = kNoon;
    Repository repository;
    fhir::Client client{repository, clientOptions()};
    AuditSender::Options options;
};

struct QuietLog {
    QuietLog() { fhir::log::keepFrom(fhir::log::Level::Error); }
    ~QuietLog() { fhir::log::keepFrom(fhir::log::Level::Info); }
};

}  // namespace

TEST_CASE("audit export: every event arrives once, in order, without our id", "[audit]") {
    Archive archive;
    archive.options.batch = 2;
    archive.record(3);
    auto sender = archive.sender();
    CHECK(archive.behind() == 3);

    while (sender.sendSome()) continue;

    CHECK(archive.arrived() == "1 2 3 ");
    CHECK(archive.repository.searches == 0);
    CHECK(archive.behind() == 0);
    CHECK(archive.repository.events.front().find("\"id\"") == std::string::npos);
    archive.record(1);
    CHECK(sender.sendSome());
    CHECK_FALSE(sender.sendSome());
    CHECK(archive.arrived() == "1 2 3 4 ");
}

TEST_CASE("audit export: an answer that was lost doubles nothing", "[audit]") {
    const QuietLog quiet;
    Archive archive;
    archive.repository.answersToLose = 1;
    archive.record(2);
    auto sender = archive.sender();

    CHECK_FALSE(sender.sendSome());
    CHECK(archive.behind() == 2);
    archive.now += 1h;
    CHECK(sender.sendSome());

    CHECK(archive.arrived() == "1 2 ");
    CHECK(archive.behind() == 0);
}

TEST_CASE("audit export: a server that passes over the tag hides nothing", "[audit]") {
    const QuietLog quiet;
    Archive archive;
    archive.repository.knowsTags = false;
    archive.record(1);
    CHECK(archive.sender().sendSome());
    archive.repository.refusals = 1;
    archive.record(1);

    CHECK_FALSE(archive.sender().sendSome());
    archive.now += 1h;
    CHECK(archive.sender().sendSome());

    CHECK(archive.arrived() == "1 2 ");
}

TEST_CASE("audit export: where it may not be searched, what is in doubt is sent again", "[audit]") {
    const QuietLog quiet;
    Archive archive;
    archive.repository.searchStatus = 403;
    archive.repository.answersToLose = 1;
    archive.record(1);

    CHECK_FALSE(archive.sender().sendSome());
    archive.now += 1h;
    CHECK(archive.sender().sendSome());

    CHECK(archive.arrived() == "1 1 ");
}

TEST_CASE("audit export: one that is refused is tried again, later, and none overtakes it",
          "[audit]") {
    const QuietLog quiet;
    Archive archive;
    archive.options.chance = [] { return 0.99; };
    archive.record(2);
    archive.repository.refusals = 2;
    auto sender = archive.sender();

    CHECK_FALSE(sender.sendSome());
    CHECK_FALSE(sender.sendSome());  // not yet
    CHECK(archive.repository.refusals == 1);
    archive.now += 1h;
    CHECK_FALSE(sender.sendSome());
    CHECK(archive.arrived().empty());
    archive.now += 1h;
    CHECK(sender.sendSome());

    CHECK(archive.arrived() == "1 2 ");
}

TEST_CASE("audit export: of several instances one sends", "[audit]") {
    Archive archive;
    archive.record(2);
    auto other = archive.sender();
    bool hasOtherSent = true;
    archive.repository.before = [&] { hasOtherSent = other.sendSome(); };

    CHECK(archive.sender().sendSome());

    CHECK_FALSE(hasOtherSent);
    CHECK(archive.arrived() == "1 2 ");
}

TEST_CASE("audit export: who was stopped for longer than the lease does not turn it back",
          "[audit]") {
    const QuietLog quiet;
    Archive archive;
    archive.options.batch = 1;
    archive.record(2);
    auto other = archive.sender();
    archive.repository.before = [&] {
        archive.repository.before = {};
        archive.now += 1h;  // and our lease is over
        other.sendSome();
        other.sendSome();
    };

    CHECK_FALSE(archive.sender().sendSome());

    CHECK(archive.behind() == 0);
}

}  // namespace audit_sender_test
