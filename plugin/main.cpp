#include "plugin/cli/verbs.h"

int main(int argumentCount, char** arguments) {
    return plugin::cli::run({arguments + 1, arguments + argumentCount});
}
