"""Gathering what a verdict rests on: lists, answers, time-stamps, signatures, each as it was given."""
