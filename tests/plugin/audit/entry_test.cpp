#include "plugin/audit/entry.h"

#include "fhir/base/random.h"
#include "tests/support/store_fixture.h"

namespace entry_test {

using fhir::AuditEvent;
using plugin::audit::Action;
using plugin::audit::Actor;
using plugin::audit::Entry;
using plugin::audit::Place;
using plugin::audit::toAuditEvent;
using test::kNoon;

namespace {

const Place kPlace{.service = "https://whatmatters.example",
                   .ehrs = {{"general", "https://ehr.example/fhir"}}};

Entry entry(Action action) {
    return {.action = action,
            .at = kNoon,
            .by = {.reference = "Practitioner/7",
                   .name = "Made Up",
                   .client = "browser",
                   .way = "patient page",
                   .address = "192.0.2.7"},
            .connection = "general",
            .patient = "17",
            .encounter = "stay-1",
            .resource = "Observation/9",
            .query = "GET /api/ward",
            .requestId = "request-1"};
}

/// What an agent or entity is told by: its code.
template <class Elements>
const auto* typed(const Elements& elements, const std::string& code) {
    for (const auto& one : elements) {
        const auto& type = one.type;
        if constexpr (requires { type->coding; }) {
            if (type->coding.front().code == code) return &one;
        } else {
            if (type->code == code) return &one;
        }
    }
    return static_cast<decltype(&elements.front())>(nullptr);
}

}  // namespace

TEST_CASE("audit entry: each action has the shape that BALP gives it", "[audit]") {
    struct Shape {
        Action action;
        std::string code, interaction, user;
        std::string client, server;  // DICOM: 110153 is the source, 110152 the destination
    };
    const auto shape = GENERATE(values<Shape>({
        {Action::Create, "C", "create", "AUT", "110153", "110152"},
        {Action::Read, "R", "read", "IRCP", "110152", "110153"},
        {Action::Update, "U", "update", "AUT", "110153", "110152"},
        {Action::Query, "E", "search", "IRCP", "110153", "110152"},
    }));

    const auto event = toAuditEvent(entry(shape.action), kPlace, "id-1");

    CHECK(event.type.code == "rest");
    REQUIRE(event.subtype.size() == 1);
    CHECK(event.subtype.front().code == shape.interaction);
    CHECK(event.action == shape.code);
    CHECK(event.outcome == "0");
    CHECK(event.recorded->text() == "2026-03-07T12:00:00Z");
    REQUIRE(event.agent.size() == 3);
    const auto* client = typed(event.agent, shape.client);
    const auto* server = typed(event.agent, shape.server);
    const auto* user = typed(event.agent, shape.user);
    REQUIRE(client);
    REQUIRE(server);
    REQUIRE(user);
    CHECK(client->who->identifier->value == "browser");
    CHECK(client->name == "patient page");
    CHECK(client->network->address == "192.0.2.7");
    CHECK(client->network->type == "2");
    CHECK(server->who->identifier->value == "https://whatmatters.example");
    CHECK(server->network->type == "5");
    CHECK(user->who->reference == "https://ehr.example/fhir/Practitioner/7");
    CHECK(user->name == "Made Up");
    CHECK(user->requestor);
    CHECK_FALSE(client->requestor);
    const auto* patient = typed(event.entity, "1");
    REQUIRE(patient);
    CHECK(patient->role->code == "1");
    CHECK(patient->what->reference == "https://ehr.example/fhir/Patient/17");
    const auto* data = typed(event.entity, "2");
    REQUIRE(data);
    if (shape.action == Action::Query) {
        CHECK(data->role->code == "24");
        CHECK(data->query == "R0VUIC9hcGkvd2FyZA==");
        CHECK_FALSE(data->what);
    } else {
        CHECK(data->role->code == "4");
        CHECK(data->what->reference == "https://ehr.example/fhir/Observation/9");
        CHECK_FALSE(data->query);
    }
    CHECK(typed(event.entity, "XrequestId")->what->identifier->value == "request-1");
    CHECK(typed(event.entity, "Encounter")->what->reference ==
          "https://ehr.example/fhir/Encounter/stay-1");
    CHECK(event.meta->tag.front().code == "urn:uuid:id-1");
}

TEST_CASE("audit entry: what we ask of an EHR has us as its client", "[audit]") {
    Entry sent{.action = Action::Create,
               .at = kNoon,
               .by = {.way = "outbox"},
               .isByUs = true,
               .connection = "general",
               .patient = "17",
               .resource = "urn:uuid:1",
               .hasFailed = true};

    const auto event = toAuditEvent(sent, kPlace, "id-1");

    CHECK(event.outcome == "8");
    REQUIRE(event.agent.size() == 2);
    CHECK(event.agent.front().who->identifier->value == "https://whatmatters.example");
    CHECK(event.agent.front().requestor);
    CHECK(event.agent.back().who->identifier->value == "https://ehr.example/fhir");
    const auto* data = typed(event.entity, "2");
    CHECK(data->what->identifier->value == "urn:uuid:1");
    CHECK(data->what->identifier->system == "urn:ietf:rfc:3986");
    CHECK_FALSE(data->what->reference);
}

TEST_CASE("audit entry: whatever is not known, it can be written and read back", "[audit]") {
    const auto action = GENERATE(Action::Create, Action::Read, Action::Update, Action::Query);
    const bool isByUs = GENERATE(false, true);

    const auto record = plugin::audit::toRecord(
        {.action = action, .at = kNoon, .isByUs = isByUs, .connection = "unknown", .patient = "17"},
        {});

    const auto document = fhir::json::Document::parse(record.event);
    const auto event = AuditEvent::fromJson(document.root());
    CHECK(event.id == record.id);
    CHECK(fhir::isUuid(record.id));
    REQUIRE(event.agent.size() == 2);
    for (const auto& agent : event.agent) {
        CHECK((agent.who->display || agent.who->identifier));
        CHECK(agent.network->address);
    }
    CHECK(event.agent.front().requestor);
    CHECK(typed(event.entity, "1")->what->reference == "Patient/17");
}

TEST_CASE("audit entry: an address says of itself what it is", "[audit]") {
    const auto [address, type] = GENERATE(table<std::string, std::string>({
        {"192.0.2.7", "2"},
        {"2001:db8::7", "2"},
        {"ward-pc-7", "1"},
        {"https://ehr.example/fhir", "5"},
    }));
    auto seen = entry(Action::Read);
    seen.by.address = address;

    const auto event = toAuditEvent(seen, kPlace, "id-1");

    CHECK(event.agent.front().network->address == address);
    CHECK(event.agent.front().network->type == type);
}

TEST_CASE("audit entry: what goes to a companion server names that server, and the EHR's patient",
          "[audit]") {
    auto written = entry(Action::Create);
    written.isByUs = true;
    written.resource = "https://companion.example/fhir/Observation/9";

    const auto event = toAuditEvent(written, kPlace, "id-1");

    CHECK(typed(event.agent, "110152")->network->address == "https://companion.example/fhir");
    CHECK(typed(event.entity, "1")->what->reference == "https://ehr.example/fhir/Patient/17");
    CHECK(typed(event.entity, "2")->what->reference == written.resource);
}

}  // namespace entry_test
