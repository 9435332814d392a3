"""Asking and collecting: dialogues, questionnaires, invitations and answers; knows no names."""
