#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The command line: one .cpp a verb and its help text beside it (DESIGN, section 7.1).
namespace plugin::cli {

using Words = std::vector<std::string>;

// Each takes the words after the verb and returns the exit code; throws Error to refuse.
int demo(const Words& words);
int serve(const Words& words);
int simulate(const Words& words);
int check(const Words& words);
int pull(const Words& words);
int push(const Words& words);
int exportStatements(const Words& words);
int config(const Words& words);
int cards(const Words& words);
int outbox(const Words& words);
int merges(const Words& words);
int audit(const Words& words);
int keys(const Words& words);
int store(const Words& words);

/// Finds the verb, runs it, and turns what it throws into one message on stderr and an exit code.
int run(const Words& words);

/// The help text of a verb.
std::string_view help(std::string_view verb);

/// One line on stdout, for programs.
void printLine(const std::string& line);
/// A message on stderr, for people.
void tell(const std::string& message);

}  // namespace plugin::cli
