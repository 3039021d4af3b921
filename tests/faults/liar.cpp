#include "tests/faults/liar.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <random>

#include "adapters/simulator/simulator.h"
#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "plugin/http_server/server.h"
#include "tests/support/json_at.h"
#include "tests/support/program.h"

namespace faults {
namespace {

using plugin::http_server::Request;
using plugin::http_server::Response;
using Entries = std::vector<std::string>;  // as JSON
/// Members of an object, each as JSON; "" leaves it out.
using Changes = std::map<std::string, std::string>;

constexpr const char* kElsewhere = "https://another-hospital.example/fhir/Patient/";
constexpr double kHowOften = 0.5;

std::string quoted(const std::string& text) {
    return fhir::json::Writer().string(text).take();
}

std::string reference(const std::string& to) {
    return R"({"reference":)" + quoted(to) + "}";
}

/// The object with other members; those that it did not have come last.
std::string with(const std::string& object, Changes changes) {
    const auto document = fhir::json::Document::parse(object);
    fhir::json::Writer writer;
    writer.beginObject();
    for (const auto [name, value] : document.root().object()) {
        const auto change = changes.find(std::string(name));
        if (change == changes.end())
            writer.key(name).value(value);
        else if (!change->second.empty())
            writer.key(name).raw(change->second);
        if (change != changes.end()) changes.erase(change);
    }
    for (const auto& [name, json] : changes)
        if (!json.empty()) writer.key(name).raw(json);
    return writer.endObject().take();
}

Entries entriesOf(const std::string& bundle) {
    Entries entries;
    const auto document = fhir::json::Document::parse(bundle);
    if (const auto all = document.root().find("entry"))
        for (const auto entry : all->array()) entries.push_back(entry.toJson());
    return entries;
}

std::string withEntries(const std::string& bundle, const Entries& entries) {
    std::string all;
    for (const auto& entry : entries) all += (all.empty() ? "[" : ",") + entry;
    return with(bundle, {{"entry", all.empty() ? "" : all + "]"}});
}

/// The entry, its resource with other members.
std::string withResource(const std::string& entry, const Changes& changes) {
    return with(entry, {{"resource", with(test::at(entry, "/resource"), changes)}});
}

/// The name and the words of the made-up ward do not say whose they are.
std::string marked(const std::string& resource) {
    const auto type = test::at(resource, "/resourceType");
    if (type == "Patient")
        return with(
            resource,
            {{"name", R"([{"family":)" + quoted(Liar::markOf(test::at(resource, "/id"))) + "}]"}});
    const auto words = test::at(resource, "/valueString");
    if (type != "Observation" || words.empty() || words.starts_with("[[")) return resource;
    const auto subject = test::at(resource, "/subject/reference");
    return with(resource,
                {{"valueString",
                  quoted(Liar::markOf(subject.substr(subject.find('/') + 1)) + " " + words)}});
}

std::string upper(std::string text) {
    for (auto& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

Response outcome(int status) {
    return {status,
            {{"Content-Type", "application/fhir+json"}},
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",)"
            R"("code":"processing"}]})",
            "(liar)"};
}

}  // namespace

struct Liar::State {
    explicit State(std::uint64_t seed)
        : chance(seed),
          ehr({.base = fhir::Url::parse(base), .patients = kPatients, .seed = seed, .clock = {}}) {
        for (const auto& one : ehr.ward().patients)
            patients.push_back(one.substr(one.find('/') + 1));
        for (const auto& patient : patients) sayWordsOf(patient);
        plugin::http_server::ServerOptions options;
        options.port = port;
        server = std::make_unique<plugin::http_server::Server>(
            options, [this](const Request& request) { return answer(request); });
    }

    void sayWordsOf(const std::string& patient);
    /// Asks the simulator, and marks whose everything is.
    Response ask(const std::string& method, const std::string& path, const std::string& query,
                 const fhir::Headers& headers = {}, const std::string& body = {});
    std::string get(const std::string& target, const fhir::Query& query = {}) {
        return ask("GET", "/fhir/" + target, query.text()).body;
    }
    /// What a search of this type finds about the patient.
    Entries about(const std::string& patient, const std::string& type) {
        return entriesOf(get(type, {{"patient", "Patient/" + patient}}));
    }
    std::string otherThan(const std::vector<std::string>& some);
    std::size_t draw(std::size_t most) {
        const std::scoped_lock lock(mutex);
        return std::uniform_int_distribution<std::size_t>(0, most - 1)(chance);
    }
    bool lies() {
        const std::scoped_lock lock(mutex);
        return !isTrue && std::bernoulli_distribution(kHowOften)(chance);
    }
    void tell(const std::string& lie) {
        const std::scoped_lock lock(mutex);
        ++told[lie];
    }

    Response answer(const Request& request);
    Response search(const Request& request, const std::string& type);
    Response lieAboutEntries(Response response, const std::vector<std::string>& asked,
                             const std::string& type);
    Response dress(Response response);

    const std::uint16_t port = test::freePorts(1).front();
    const std::string base = "http://127.0.0.1:" + std::to_string(port) + "/fhir";
    std::mutex mutex;
    std::mt19937_64 chance;
    bool isTrue = false;
    std::map<std::string, int> told;
    adapters::simulator::Simulator ehr;
    std::vector<std::string> patients;
    std::unique_ptr<plugin::http_server::Server> server;  // last, so that it ends first
};

Response Liar::State::ask(const std::string& method, const std::string& path,
                          const std::string& query, const fhir::Headers& headers,
                          const std::string& body) {
    fhir::http::Request request{method, fhir::Url::parse(base), headers, body};
    request.url.path = path;
    request.url.query = query;
    auto response = ehr.answer(request).response;
    if (response.status == 200 && test::at(response.body, "/resourceType") == "Bundle") {
        auto entries = entriesOf(response.body);
        for (auto& entry : entries)
            entry = with(entry, {{"resource", marked(test::at(entry, "/resource"))}});
        response.body = withEntries(response.body, entries);
    } else if (response.status == 200) {
        response.body = marked(response.body);
    }
    return {response.status, std::move(response.headers), std::move(response.body), "(simulator)"};
}

void Liar::State::sayWordsOf(const std::string& patient) {
    const auto words = R"({"resourceType":"Observation","status":"final","category":[{"coding":[{)"
                       R"("system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
                       R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
                       R"("http://loinc.org","code":"95541-9"}]},"effectiveDateTime":)" +
                       quoted(fhir::toFhirInstant(std::chrono::system_clock::now())) +
                       R"(,"subject":)" + reference("Patient/" + patient) + R"(,"performer":[)" +
                       reference("Patient/" + patient) + R"(],"valueString":)" +
                       quoted(markOf(patient) + " A walk in the rain") + "}";
    const auto created =
        ask("POST", "/fhir/Observation", {}, {{"Content-Type", "application/fhir+json"}}, words);
    if (created.status != 201) throw std::runtime_error("the simulator refuses " + created.body);
}

std::string Liar::State::otherThan(const std::vector<std::string>& some) {
    const auto start = draw(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i) {
        const auto& one = patients[(start + i) % patients.size()];
        if (std::find(some.begin(), some.end(), one) == some.end()) return one;
    }
    return {};
}

Response Liar::State::answer(const Request& request) {
    const auto plain = [&] {
        return ask(request.method, request.path, request.query, request.headers, request.body);
    };
    const auto place = request.path.substr(std::min<std::size_t>(6, request.path.size()));
    const auto type = place.substr(0, place.find('/'));
    if (type == "metadata" || !lies()) return plain();
    if (request.method == "POST") {
        auto response = plain();
        const auto others = about(patients[draw(patients.size())], type);
        if (response.status != 201 || others.empty()) return response;
        tell("written at the place of another's");
        response.headers.set("Location",
                             base + "/" + type + "/" + test::at(others.front(), "/resource/id"));
        response.body = test::at(others.front(), "/resource");
        return response;
    }
    if (request.method != "GET") return plain();
    if (place.find('/') == place.npos) return search(request, type);
    switch (draw(3)) {
        case 0: {
            if (type != "Patient" && type != "Observation" && type != "Encounter") return plain();
            const auto other = otherThan({place.substr(place.find('/') + 1)});
            tell("another's resource by its own id");
            if (type == "Patient") return ask("GET", "/fhir/Patient/" + other, {});
            const auto theirs = about(other, type);
            if (theirs.empty()) return plain();
            return {200,
                    {{"Content-Type", "application/fhir+json"}},
                    test::at(theirs.front(), "/resource"),
                    "(liar)"};
        }
        case 1:
            tell("a read refused");
            return outcome(std::array{403, 404, 410, 500}.at(draw(4)));
        default:
            return dress(plain());
    }
}

Response Liar::State::search(const Request& request, const std::string& type) {
    auto query = fhir::Query::parse(request.query);
    std::vector<std::string> asked;
    fhir::Query turned;
    for (const auto& [name, value] : query) {
        if (name != "patient" && name != "_id") {
            turned.add(name, value);
            continue;
        }
        std::string others;
        for (std::size_t start = 0; start <= value.size();) {
            const auto end = std::min(value.find(',', start), value.size());
            const auto one = value.substr(start, end - start);
            asked.push_back(one.substr(one.find('/') + 1));
            start = end + 1;
        }
        for (const auto& one : asked)
            others += (others.empty() ? "" : ",") +
                      std::string(name == "patient" ? "Patient/" : "") + otherThan(asked) +
                      (one.empty() ? "," : "");
        turned.add(name, others);
    }
    const auto kind = draw(4);
    if (kind == 0) {
        tell("a search refused");
        return outcome(std::array{400, 403, 404, 500}.at(draw(4)));
    }
    if (kind == 1 && !asked.empty()) {
        tell("another search's answer");
        return ask("GET", request.path, turned.text(), request.headers);
    }
    auto response = ask("GET", request.path, request.query, request.headers);
    if (kind == 2 || response.status != 200) return dress(std::move(response));
    return lieAboutEntries(std::move(response), asked, type);
}

/// Entries of another among those that were asked for, in all the ways in which they say so.
Response Liar::State::lieAboutEntries(Response response, const std::vector<std::string>& asked,
                                      const std::string& type) {
    auto own = entriesOf(response.body);
    const auto other = otherThan(asked);
    const auto victim = asked.empty() ? patients[draw(patients.size())] : asked.front();
    const auto theirs = other.empty() || type == "Patient" ? Entries{} : about(other, type);
    Changes changes;
    std::string entry = "match", lie;
    switch (draw(9)) {
        case 0:
            lie = "another's among them";
            break;
        case 1:
            lie = "another's as included";
            entry = "include";
            break;
        case 2:
            lie = "of the same id at another server";
            changes["subject"] = reference(kElsewhere + victim);
            break;
        case 3:
            lie = "of an id in other letters";
            changes["subject"] = reference("Patient/" + upper(victim));
            break;
        case 4:
            lie = "of nobody who is named";
            changes["subject"] = draw(2) == 0 ? "" : R"({"display":)" + quoted(victim) + "}";
            break;
        case 5:
            lie = "of a contained patient";
            changes["contained"] = R"([{"resourceType":"Patient","id":)" + quoted(victim) + "}]";
            changes["subject"] = reference("#" + victim);
            break;
        case 6:
            lie = "in their chart, about another";
            changes["focus"] = "[" + reference("Patient/" + other) + "]";
            changes["subject"] = reference("Patient/" + victim);
            if (type != "Observation") return response;
            break;
        case 7:
            lie = "with the id of one of theirs";
            if (own.empty()) return response;
            changes["id"] = quoted(test::at(own.front(), "/resource/id"));
            break;
        default:
            tell("their own at another address of the server");
            for (auto& one : own) {
                const auto subject = test::at(one, "/resource/subject/reference");
                if (!subject.empty())
                    one = withResource(
                        one, {{"subject", reference("HTTP://LocalHost:" + std::to_string(port) +
                                                    "/fhir/" + subject)}});
            }
            response.body = withEntries(response.body, own);
            return response;
    }
    if (theirs.empty()) return response;
    tell(lie);
    for (auto one : theirs) {
        one = with(withResource(one, changes), {{"search", R"({"mode":")" + entry + "\"}"}});
        own.insert(draw(2) == 0 ? own.begin() : own.end(), one);
    }
    response.body = withEntries(response.body, own);
    return response;
}

/// True, in odd clothes.
Response Liar::State::dress(Response response) {
    tell("true, in odd clothes");
    switch (draw(5)) {
        case 0:
            response.headers.set("Content-Encoding", "utf-8");
            break;
        case 1:
            response.headers.set("Content-Type", "text/plain");
            break;
        case 2:
            response.headers.set("Content-Location", base + "/Patient/" + otherThan({}));
            break;
        case 3:
            response.headers.set("ETag", "nobody");
            response.headers.set("Last-Modified", "yesterday");
            break;
        default:
            response.body = "\xEF\xBB\xBF" + response.body;
    }
    return response;
}

Liar::Liar(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {}
Liar::~Liar() = default;

std::string Liar::base() const {
    return state_->base;
}

const std::vector<std::string>& Liar::patients() const {
    return state_->patients;
}

void Liar::speakTruth(bool isTrue) {
    const std::scoped_lock lock(state_->mutex);
    state_->isTrue = isTrue;
}

std::map<std::string, int> Liar::told() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->told;
}

std::vector<std::string> Liar::marksIn(const std::string& text) {
    std::vector<std::string> marks;
    for (auto at = text.find("[["); at != text.npos; at = text.find("[[", at + 2))
        marks.push_back(text.substr(at + 2, text.find("]]", at) - at - 2));
    return marks;
}

}  // namespace faults
