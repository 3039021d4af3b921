#pragma once

#include <string>
#include <vector>

#include "tests/support/ehr.h"
#include "tests/support/json_at.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace test {

/// What a run of the program left behind.
struct Outcome {
    int exit = -1;
    std::string out, err;

    std::vector<std::string> lines() const;  ///< of stdout
};

/// Runs the program's own entry point with these words, its two outputs caught.
Outcome run(const std::vector<std::string>& words);

/// A site in a folder of its own, which waits one second at most for its EHR.
class Site {
public:
    /// `more`: further members of the connection, each with a comma before it.
    explicit Site(const std::string& fhirBase, const std::string& more = {});

    const std::string& file() const { return file_; }
    const TemporaryFolder& folder() const { return folder_; }
    /// Runs a verb with `--config` of this site.
    Outcome run(std::vector<std::string> words) const;
    /// `push statement` about patient-1 with `--wait --json`, and what is given.
    Outcome push(const std::string& text, const std::vector<std::string>& more = {}) const;

private:
    TemporaryFolder folder_;
    std::string file_;
};

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

inline constexpr const char* kUuid = "3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";

}  // namespace test
