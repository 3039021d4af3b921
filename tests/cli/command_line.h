#pragma once

#include <string>
#include <vector>

#include "tests/support/ehr.h"
#include "tests/support/json_at.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/text.h"

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

}  // namespace test
