import ArgumentParser

struct HistoryCommand: ParsableCommand {}
