// What people see of the made-up EHR: the chart with the app in it, and the question whether the
// app may read.
#include "adapters/simulator/html.h"
#include "adapters/simulator/launches.h"
#include "fhir/base/json.h"
#include "fhir/base/markup.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

constexpr const char* kAnyUser = "Practitioner/practitioner-1";

/// What an answer to a search holds, without what the vendor says about it.
std::vector<fhir::json::Value> matchesOf(const fhir::json::Document& bundle) {
    std::vector<fhir::json::Value> matches;
    for (const auto entry : bundle.root().findArray("entry"))
        if (const auto resource = entry.at("resource");
            resource.at("resourceType").string() != "OperationOutcome")
            matches.push_back(resource);
    return matches;
}

}  // namespace

fhir::http::Response Launches::picker(const std::string& id, const Authorization& asked) {
    const auto select = [](const char* name, const char* label, const auto& options,
                           const std::string& chosen) {
        std::string html = "<label>" + std::string(label) + "<select name=\"" + name + "\">";
        for (const auto& [key, text] : options)
            html += "<option value=\"" + fhir::escapeMarkup(key) + "\"" +
                    (key == chosen ? " selected" : "") + ">" + fhir::escapeMarkup(text) +
                    "</option>";
        return html + "</select></label>";
    };
    auto users = practitioners();
    for (auto& [key, text] : users) key = "Practitioner/" + key;
    if (users.empty()) users = {{kAnyUser, "A made-up nurse"}};
    std::string html =
        "<header><h1>Made-up EHR</h1></header><main class=\"form\">"
        "<h1>Let this app read the chart?</h1>"
        "<form method=\"post\" action=\"/auth/approve\">"
        "<input type=\"hidden\" name=\"id\" value=\"" +
        fhir::escapeMarkup(id) + "\">";
    html += select("user", "You are", users, asked.session.user);
    if (asked.session.patient.empty() && asked.session.unit.empty())
        html += select("patient", "Patient", patients(), "");
    html += "<fieldset><legend>It may</legend>";
    std::string_view rest = asked.scope;
    while (!rest.empty()) {
        const auto word = std::string(rest.substr(0, rest.find(' ')));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        html += "<label><input type=\"checkbox\" name=\"scope\" value=\"" +
                fhir::escapeMarkup(word) + "\" checked> " + fhir::escapeMarkup(word) + "</label>";
    }
    html +=
        "</fieldset><p><button name=\"answer\" value=\"allow\">Allow</button> "
        "<button name=\"answer\" value=\"refuse\">Refuse</button></p></form></main>";
    return htmlPage(200, "Made-up EHR", html, app_->redirectUri.origin());
}

fhir::http::Response Launches::open(const fhir::Query& query) {
    Session session;
    session.user = query.find("user").value_or(kAnyUser);
    session.patient = valueOf(query, "patient");
    session.unit = valueOf(query, "unit");
    session.step = valueOf(query, "step") == "ask" ? "ask" : "";
    session.ask = valueOf(query, "ask") == "1";
    session.banner = valueOf(query, "banner") != "0";
    if (!session.patient.empty()) {
        if (!fhir::isId(session.patient))
            return htmlPage(404, "Nobody",
                            "<main class=\"form\"><h1>There is no such patient"
                            "</h1></main>");
        session.encounter = encounterOf(session.patient);
    }
    const auto handle = fhir::randomToken(kTokenBytes);
    bound(launches_);
    launches_[handle] = session;
    const fhir::Query parameters{{"iss", base_.text()}, {"launch", handle}};
    return seeOther(app_->launchUrl.text() + "?" + parameters.text());
}

fhir::http::Response Launches::chart(const fhir::Query& query) {
    const auto patient = valueOf(query, "patient");
    std::string title = "Ward";
    std::string html;
    for (const auto& [id, label] : patients()) {
        const bool current = id == patient;
        if (current) title = label;
        html += "<li><a href=\"/chart?patient=" + fhir::escapeMarkup(fhir::percentEncode(id)) +
                "\"" + (current ? " aria-current=\"page\"" : "") + "><bdi>" +
                fhir::escapeMarkup(label) + "</bdi></a></li>";
    }
    html = "<header><h1>Made-up EHR: <bdi>" + fhir::escapeMarkup(title) +
           "</bdi></h1><p>Everybody here is made up. The frame below is What Matters.</p></header>"
           "<div class=\"chart\"><nav aria-label=\"Patients\"><ul>" +
           html + "</ul></nav><iframe title=\"What Matters\" src=\"/chart/open?" +
           fhir::escapeMarkup(query.text()) + "\"></iframe></div>";
    // The authorization server, too: whoever calls this machine "localhost" is elsewhere.
    return htmlPage(200, "Made-up EHR", html, app_->launchUrl.origin() + " " + origin());
}

std::optional<fhir::json::Document> Launches::read(const std::string& target) {
    Request request;
    request.url = fhir::Url::parse(base_.text() + "/" + target);
    request.headers.set("Accept", "application/fhir+json");
    const auto response = ehr_(request);
    if (response.status != 200) return std::nullopt;
    return fhir::json::Document::parse(response.body);
}

Launches::Person Launches::person(const fhir::json::Value& resource) const {
    std::vector<fhir::HumanName> names;
    for (const auto name : resource.findArray("name"))
        names.push_back(fhir::HumanName::fromJson(name));
    return {resource.at("id").string(), fhir::displayName(names, clock_.now())};
}

// Not every vendor lets everybody be searched for, nor a stranger read: then the id is the name.
std::vector<Launches::Person> Launches::patients() {
    std::vector<Person> result;
    for (const auto& reference : app_->patients) {
        const auto id = reference.substr(reference.find('/') + 1);
        const auto found = read(reference);
        result.push_back(found ? person(found->root()) : Person(id, id));
    }
    return result;
}

std::vector<Launches::Person> Launches::practitioners() {
    std::vector<Person> result;
    if (const auto found = read("Practitioner?_count=100"))
        for (const auto& resource : matchesOf(*found)) result.push_back(person(resource));
    return result;
}

std::string Launches::encounterOf(const std::string& patient) {
    const auto found = read("Encounter?patient=" + fhir::percentEncode(patient));
    if (!found) return {};
    for (const auto& resource : matchesOf(*found)) {
        const auto status = resource.findString("status");
        if (status != "finished" && status != "cancelled" && status != "planned")
            return resource.at("id").string();
    }
    return {};
}

}  // namespace adapters::simulator
