#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/ehr.h"

namespace test {

/// What a case makes of the made-up hospital's EHR: its answers are those of the simulator, with
/// the changes that `ehr` of the case names.
class ChangedEhr {
public:
    /// `changes`: `ehr` of the case; nullopt where nothing is odd.
    ChangedEhr(Ehr& ehr, const std::optional<fhir::json::Value>& changes);

    /// Changes the answer to a request; as Ehr::Change.
    void change(const std::string& line, fhir::http::Response& response) const;
    /// What of the case no request has met, a line each: it changed nothing.
    std::string unmet() const;
    /// A text with what the case writes in it that no parser would let through.
    std::string rewritten(std::string text) const;

private:
    struct Reply {
        std::string to;  ///< how the line of the request begins; "*": anything
        int status = 0;  ///< 0: as the simulator has it
        fhir::Headers headers;
        std::optional<std::string> body;
        std::string changes;  ///< a merge patch
    };

    void readResource(Ehr& ehr, const std::string& key, const fhir::json::Value& value);
    static Reply readReply(const fhir::json::Value& json);
    bool answers(const std::string& line, fhir::http::Response& response) const;
    void changeResources(const std::string& target, fhir::http::Response& response) const;
    std::string changedBundle(const fhir::json::Value& bundle, const std::string& target) const;
    std::optional<std::string> changed(const fhir::json::Value& resource) const;
    void meet(const std::string& name) const;

    std::map<std::string, std::string> resources_;  ///< by "Type/id"; "": it is not there
    std::map<std::string, std::string> ofType_;     ///< merge patches for all others; "": none is
    std::vector<std::string> added_;                ///< those that the simulator does not know
    std::vector<Reply> replies_;
    fhir::Headers headers_;
    std::vector<std::pair<std::string, std::string>> rewrites_;
    mutable std::mutex mutex_;
    mutable std::set<std::string> met_;  ///< of `resources_`, `ofType_` and `replies_`
};

/// Whatever of a case and of the hospital nobody may read in a log or in an error: names, dates of
/// birth, words.
std::vector<std::string> patientDataOf(Ehr& ehr, const fhir::json::Value& fixture);

}  // namespace test
