"""Проверка рабочего места: what works here and what does not, line by line."""
