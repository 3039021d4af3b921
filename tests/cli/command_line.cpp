#include "tests/cli/command_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "fhir/base/file.h"
#include "plugin/cli/verbs.h"
#include "plugin/settings/settings.h"

namespace test {
namespace {

/// One of the program's outputs, caught in a file for as long as this lives.
class Caught {
public:
    Caught(std::FILE* stream, const std::string& file) : stream_(stream), file_(file) {
        std::fflush(stream_);
        before_ = ::dup(::fileno(stream_));
        const int to = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        ::dup2(to, ::fileno(stream_));
        ::close(to);
    }
    ~Caught() { release(); }
    Caught(const Caught&) = delete;
    Caught& operator=(const Caught&) = delete;

    std::string text() {
        release();
        // The limit is allocated, and cleared, whatever the file holds.
        return fhir::readTextFile(file_, 4 * 1024 * 1024);
    }

private:
    void release() {
        if (before_ < 0) return;
        std::fflush(stream_);
        ::dup2(before_, ::fileno(stream_));
        ::close(before_);
        before_ = -1;
    }
    std::FILE* stream_;
    std::string file_;
    int before_ = -1;
};

}  // namespace

std::vector<std::string> Outcome::lines() const {
    std::vector<std::string> result;
    for (std::size_t start = 0; start < out.size();) {
        const auto end = std::min(out.find('\n', start), out.size());
        result.push_back(out.substr(start, end - start));
        start = end + 1;
    }
    return result;
}

Outcome run(const std::vector<std::string>& words) {
    const TemporaryFolder folder;
    Outcome outcome;
    Caught out(stdout, folder.file("out"));
    Caught err(stderr, folder.file("err"));
    outcome.exit = plugin::cli::run(words);
    outcome.out = out.text();
    outcome.err = err.text();
    return outcome;
}

Site::Site(const std::string& fhirBase, const std::string& more)
    : file_(folder_.write("site.json", siteText(fhirBase, more))) {}

Outcome Site::run(std::vector<std::string> words) const {
    words.insert(words.end(), {"--config", file_});
    return test::run(words);
}

Outcome Site::push(const std::string& text, const std::vector<std::string>& more) const {
    std::vector<std::string> words{"push",      "statement", "--connection", "general", "--patient",
                                   "patient-1", "--text",    text,           "--wait",  "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
}

}  // namespace test
