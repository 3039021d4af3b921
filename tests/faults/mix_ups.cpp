#include "tests/faults/mix_ups.h"

#include <algorithm>
#include <memory>
#include <set>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "tests/faults/liar.h"
#include "tests/faults/nurses.h"
#include "tests/support/gate.h"
#include "tests/support/json_at.h"
#include "tests/support/program.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace faults {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 25;
constexpr auto kLies = 20s;  ///< at least: four times the ward's own reading
constexpr const char* kCard = "/cds-services/what-matters";

/// The service, and those who read and write through it.
class Readers {
public:
    Readers(const std::string& program, std::uint64_t seed);
    bool isUp();
    void open();
    void round(MixUps& result);
    /// Whether everybody's words are on their page and on the ward.
    bool isAllThere();
    Liar& ehr() { return ehr_; }

private:
    fhir::http::Response send(const fhir::http::Request& request);
    fhir::http::Response page(const OpenPage& page, const std::string& target);
    std::string statementsFromLiar(const std::string& patient);
    void card(const std::string& patient, const std::string& prefetch, MixUps& result);
    void write(const OpenPage& page, MixUps& result);
    void judge(const std::string& where, const std::string& patient, const std::string& text,
               MixUps& result);
    void judgeWard(MixUps& result);

    Liar ehr_;
    const std::uint16_t port_ = test::freePorts(1).front();
    const fhir::Url service_ = fhir::Url::parse("http://127.0.0.1:" + std::to_string(port_));
    test::TemporaryFolder folder_;
    std::unique_ptr<fhir::http::Transport> transport_ = fhir::http::makeTransport();
    std::vector<OpenPage> pages_;
    OpenPage ward_;
    std::unique_ptr<test::Program> running_;
};

Readers::Readers(const std::string& program, std::uint64_t seed) : ehr_(seed) {
    const auto alias = test::changed(ehr_.base(), "127.0.0.1", "localhost");
    auto text = test::siteText(ehr_.base());
    text = test::changed(std::move(text), "127.0.0.1:0", "127.0.0.1:" + std::to_string(port_));
    text = test::changed(
        std::move(text), R"("timeoutSeconds")",
        R"("linkAliases": [")" + alias + R"("], "patientsPerSearch": 3, "timeoutSeconds")");
    text = test::changed(std::move(text), R"("units")", R"("syncSeconds": 5, "units")");
    running_ = std::make_unique<test::Program>(
        std::vector<std::string>{program, "serve", "--config", folder_.write("site.json", text)},
        folder_.file("log"));
}

bool Readers::isUp() {
    return test::soon([&] {
        try {
            return send({"GET", service_.resolve("/health/live"), {}, {}}).status == 200;
        } catch (const fhir::Error&) {
            return false;
        }
    });
}

void Readers::open() {
    pages_ = openPages(service_, ehr_.patients());
    ward_ = openPage(service_, R"({"view":"ward","unit":"ward-7"})");
}

fhir::http::Response Readers::send(const fhir::http::Request& request) {
    return transport_->send(request, fhir::deadlineIn(20s));
}

fhir::http::Response Readers::page(const OpenPage& page, const std::string& target) {
    return send({"GET",
                 service_.resolve(target),
                 {{"Cookie", page.cookie}, {"X-WhatMatters-Context", page.context}},
                 {}});
}

/// As a CDS client would fetch it, and as a reader reads it who trusts what the EHR answers.
std::string Readers::statementsFromLiar(const std::string& patient) {
    auto url = fhir::Url::parse(ehr_.base() + "/Observation");
    url.query = fhir::Query{{"patient", "Patient/" + patient},
                            {"code", "http://loinc.org|95541-9,http://loinc.org|81363-4"}}
                    .text();
    const auto answer = send({"GET", url, {{"Accept", "application/fhir+json"}}, {}});
    auto body = answer.body;
    if (body.starts_with("\xEF\xBB\xBF")) body.erase(0, 3);
    return answer.status == 200 ? body : std::string();
}

void Readers::judge(const std::string& where, const std::string& patient, const std::string& text,
                    MixUps& result) {
    for (const auto& mark : Liar::marksIn(text)) {
        if (mark == patient)
            ++result.right;
        else if (result.fault.empty())
            result.fault =
                where + " of " + patient + " has words or a name of " + mark + ": " + text;
    }
}

void Readers::card(const std::string& patient, const std::string& prefetch, MixUps& result) {
    const auto answer = send({"POST",
                              service_.resolve(kCard),
                              {{"Content-Type", "application/json"}},
                              R"({"hook":"patient-view","hookInstance":")" + fhir::randomUuid() +
                                  R"(","context":{"userId":"Practitioner/1","patientId":")" +
                                  patient + "\"}" + prefetch + "}"});
    if (answer.status == 200) ++result.cards;
    judge("a card", patient, answer.body, result);
}

void Readers::write(const OpenPage& page, MixUps& result) {
    const auto answer = send(posted(service_, page, "/api/patient/statements",
                                    R"({"id":"urn:uuid:)" + fhir::randomUuid() +
                                        R"(","aspect":"now","by":"patient","text":")" +
                                        Liar::markOf(page.patient) + " New shoes\"}"));
    judge("a receipt", page.patient, answer.body, result);
}

/// A row says who it is about by the mark in its name, where it has one.
void Readers::judgeWard(MixUps& result) {
    const auto answer = page(ward_, "/api/ward");
    if (answer.status != 200) return;
    ++result.wards;
    const auto document = fhir::json::Document::parse(answer.body);
    for (const auto row : document.root().at("rows").array()) {
        const auto text = row.toJson();
        const auto marks = Liar::marksIn(text);
        if (!marks.empty()) judge("the row on the ward", marks.front(), text, result);
    }
    for (const auto problem : document.root().at("problems").array())
        if (!Liar::marksIn(problem.string()).empty() && result.fault.empty())
            result.fault = "a problem line has content: " + problem.string();
}

void Readers::round(MixUps& result) {
    for (const auto& one : pages_) {
        const auto& patient = one.patient;
        const auto read = page(one, "/api/patient");
        if (read.status == 200) ++result.pages;
        judge("the page", patient, read.body, result);
        card(patient, {}, result);
        const auto prefetch = statementsFromLiar(patient);
        for (const auto& mark : Liar::marksIn(prefetch)) result.naive += mark != patient ? 1 : 0;
        if (!prefetch.empty())
            card(patient,
                 R"(,"prefetch":{"patient":null,"encounter":null,"statements":)" + prefetch + "}",
                 result);
    }
    judgeWard(result);
    write(pages_[static_cast<std::size_t>(result.wards) % pages_.size()], result);
}

bool Readers::isAllThere() {
    MixUps ignored;
    std::set<std::string> onWard;
    const auto rows = page(ward_, "/api/ward").body;
    for (const auto row : fhir::json::Document::parse(rows).root().at("rows").array())
        if (Liar::marksIn(row.at("whatMatters").toJson()).size() > 0)
            onWard.insert(Liar::marksIn(row.toJson()).front());
    return onWard.size() == pages_.size() &&
           std::all_of(pages_.begin(), pages_.end(), [&](const auto& one) {
               return test::has(page(one, "/api/patient").body,
                                Liar::markOf(one.patient) + " A walk in the rain");
           });
}

}  // namespace

MixUps readLiar(const std::string& program, std::uint64_t seed) {
    MixUps result;
    Readers readers(program, seed);
    if (!readers.isUp()) {
        result.fault = "the service did not start";
        return result;
    }
    readers.open();
    const auto until = std::chrono::steady_clock::now() + kLies;
    for (int i = 0;
         result.fault.empty() && (i < kRounds || std::chrono::steady_clock::now() < until); ++i)
        readers.round(result);
    result.lies = readers.ehr().told();
    readers.ehr().speakTruth(true);
    if (result.fault.empty() && !test::soon([&] { return readers.isAllThere(); }))
        result.fault = "the EHR speaks the truth again, and not everybody's words are there";
    return result;
}

}  // namespace faults
